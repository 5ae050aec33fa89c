//! pkcs7
