# Translation of ../ja/shirushi.ftl. English breaks between words, so there are no phrase marks.

## Dates and numbers

date = { $weekday }, { $day } { $month } { $year }
month =
    { $n ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }
weekday =
    { $n ->
        [1] Mon
        [2] Tue
        [3] Wed
        [4] Thu
        [5] Fri
        [6] Sat
       *[7] Sun
    }
moment = { $date }, { $time }
time-of-day = { $hour }:{ $minute }
elapsed = { $seconds } s so far
elapsed-long = { $minutes } min { $seconds } s so far
one-year = one year
days =
    { $n ->
        [one] { $n } day
       *[other] { $n } days
    }
list-and = { $first } and { $last }
list-comma =
    .between = ,{ " " }

## Frame

frame = Certificate Wizard
    .practice = For practice
    .text-size = Text size
    .language = 日本語
    .help = Help (F1)
    .count = Step { $n } of { $of }
    .more-below = There is more below

step =
    .login = User login
    .identity = Your identity
    .server = Server check
    .level = Security level
    .issue = Issue
    .install = Install
    .done = Done

act =
    .back = Back
    .close = Close
    .later = Continue later
    .home = Back to the start
    .stop = Stop and close
    .find-out = Find out whether it was issued
    .apply-anew = Apply anew
    .next = What to do next
    .copy = Copy this

## User login

login-get = Get your certificate
    .lead =
        There is no certificate on this PC yet.
        Once you have it you can log in.
    .start = Start

login-renew = It is time to renew
    .lead =
        { $days ->
            [one] { $days } day is left.
           *[other] { $days } days are left.
        }
        Renew it with 「証明書更新」 on the page after the login.
    .lead-today =
        Your certificate ends today.
        Renew it with 「証明書更新」 on the page after the login.
    .lead-here =
        { $days ->
            [one] { $days } day is left.
           *[other] { $days } days are left.
        }
        With your present certificate you can get the next one here.
    .lead-here-today =
        Your certificate ends today.
        With your present certificate you can get the next one here.
    .have = What you need
    .no-numbers = Only your present certificate. No numbers are entered.
    .start = Start the renewal
    .get = Get one with numbers

login-again = Get your certificate again
    .lead =
        The certificate on this PC has expired.
        You can get it again, with the following steps, until { $until }.
    .start = Start

login-reissue = Your certificate must be issued again
    .lead =
        The period for getting it again ended on { $date }.
        First it has to be issued again by { $who }.
    .lead-at-once =
        Your certificate expired on { $date }.
        First it has to be issued again by { $who }.
    .start = Show what to do
    .issued-already = It was issued again
    .next-1 = Ask { $who } to issue your certificate again (再発行).
    .next-2 = After that, press “It was issued again” on this page.
    .next-3 =
        { $pickup ->
            [one] Get it within { $pickup } day after that; later it is no longer possible.
           *[other] Get it within { $pickup } days after that; later it is no longer possible.
        }

login-revoke = Your old certificate must be revoked
    .lead =
        The period for getting it again ended on { $date }.
        First { $who } must revoke the old one (失効). Then you can get a new one.
    .lead-at-once =
        Your certificate expired on { $date }.
        First { $who } must revoke the old one (失効). Then you can get a new one.
    .revoked-already = It was revoked
    .next-1 = Ask { $who } to revoke your old certificate (失効).
    .next-2 = After that, press “It was revoked” on this page. You can then get a new certificate.

login-over = The time for renewing is over
    .lead-again =
        You can use your certificate until { $ends }.
        After that, get it again with this wizard.
    .lead-revoke =
        You can use your certificate until { $ends }.
        After that, { $who } must first revoke it (失効).
    .lead-reissue =
        You can use your certificate until { $ends }.
        After that, it has to be issued again by { $who } (再発行).

issuer-request =
    .reissue = Request for 再発行 (issue again)
    .revoke = Request for 失効 (revocation)
    .to = To { $who }
    .text-reissue = Please issue the certificate of { $bank } again (再発行). For: certificate of { $role }
    .text-revoke = Please revoke the old certificate of { $bank } (失効). For: certificate of { $role }
    .expired = Expiry: { $date } (it has expired)
    .menu = Where: { $menu }
    .copy = Copy the request
    .save = Save the request
    .file-name = request.txt

login-valid = Your certificate is valid
    .lead =
        { $days ->
            [one] { $days } day is left.
           *[other] { $days } days are left.
        }
        You can renew it from { $date }.

login =
    .found-role = { $role }: certificate
    .found-any = Certificate on this PC
    .expiry = Valid until
    .left =
        { $n ->
            [one] { $n } day left
           *[other] { $n } days left
        }
    .today = Ends today
    .ended-today = Expired today
    .ended =
        { $n ->
            [one] Ended { $n } day ago
           *[other] Ended { $n } days ago
        }
    .role = Whose certificate is it?
    .store = Which browser do you use?
    .have = Please have ready
    .ready = This PC
    .no-explorer = Internet Explorer is not used
    .server-good = The certificate authority can be reached
    .server-bad = The certificate authority cannot be reached
    .store-good = The certificate can be stored
    .store-bad = The certificate cannot be stored
    .clock-good = Date and time are right
    .clock-bad = Date and time are not right

login-no-store = There is no place to keep it yet
    .lead =
        The certificate goes into the place where your browser keeps its certificates.
        For this user of the PC there is no such place yet.
    .next-1 = Open the browser that you use for internet banking once, and close it again.
    .next-2 = Press “Look again”.
    .look = Look again

elsewhere =
    .legend = Where shall it be kept?
    .file = Save it in a file
    .file-name = certificate.p12
    .file-when = If the browser you use is on another PC
    .file-looking = Please choose where to save it…
    .use-file = Save it in this file
    .where = Location of the file
    .where-support = If no window opens to choose the location, type it here
    .taken = * There is a file of this name already. It will not be overwritten. Please choose another name.
    .no-folder = * There is no such folder. Please check the location.
    .old-systems = File for old systems (3DES)
    .old-systems-lines =
        The same file, guarded in an old way.
        Only for old PCs that cannot read the new way.
    .card = Save it on a card
    .card-when = If you use a smart card or a USB card
    .card-which = If you use a smart card or a USB card ({ $name })
    .card-looking = Looking for cards…
    .no-card =
        No card was found.
        Insert the card and press “Save it on a card” again.
    .no-reader =
        The program that reads the card does not work.
        Ask your PC staff.

## Your identity

credentials = Please confirm who you are
    .lead = Enter the numbers that are needed, then press “Get certificate”.
    .stop-1 = Is a caller telling you what to do?
    .stop-2 = No call from { $own } asks you to renew.
    .stop-link = Yes, someone is
    .required = Required
    .note = Get the certificate on the PC that you use for internet banking.
    .show = Show the number
    .hide = Hide the number
    .swap = Swap them
    .get = Get certificate
    .unsent = Nothing is sent yet
    .empty = * Enter { $field }.
    .long = * { $field } has at most { $max } characters.
    .kana = * Japanese characters cannot be used. Switch Japanese input off.
    .sign = * It holds a sign that cannot be used.
    .swapped = * Have { $first } and { $second } been swapped?
    .same = * Both secret numbers are the same. Please check your customer card.
    .once-more = If this is right, press “{ $button }” once more.
    .folded = Full-width characters were changed to half-width.
    .trimmed = Spaces at the ends were removed.
    .caps-lock = Caps Lock is on.
    .wiped = For safety, the number that you had entered was erased.

## The IDs of those who hand over a request

ids = Please enter your IDs
    .lead = Enter the IDs that go into your request, then press “Next”.
    .go-on = Next
    .unsent = Nothing is sent

## The software keyboard

keyboard = Type with the on-screen keyboard
    .typing = Typing into { $field }
    .capitals = Capitals
    .small = Small
    .symbols = Symbols
    .digits = Digits
    .mix = Shuffle digits
    .unmix = Digits in order
    .delete = Delete
    .close = Close

## Someone is on the phone

telephone = Please hang up
    .lead =
        No call and no mail from { $own } will ever ask you to renew a certificate.
        It may be a fraud even if the caller says that they work there.
    .certificate = Certificate
    .not-applied = Nothing was applied for.
    .numbers = Your numbers
    .wiped = They were sent nowhere and have just been erased.
    .next-1 =
        Hang up.
        Do not call a number that the caller gave you.
    .next-2 = { $help }
    .next-3 = If you told the caller one of your numbers, say so at once.

## Server check

trust = Please check who is asking
    .lead =
        This certificate authority wants to handle your certificate on your behalf.
        Do you allow it? Allow only the address set by { $bank }.
    .address = Address (URL)
    .matches = It is the address that { $bank } has set
    .genuine = It has proved that it is the real one
    .encrypted = The connection is encrypted
    .will = If you allow it, the wizard will do this for you
    .will-key = Make the key of the certificate inside this PC
    .will-same-key = Use the key and the application of the last time
    .will-send = Send the numbers you entered to this authority only
    .will-pick-up = Send { $reference } and { $pin } to this authority only
    .will-present = Show your present certificate to this authority only: { $name }, valid until { $date }
    .will-show = Receive the certificate and show it to you before it is stored
    .details = Show the server's certificate
    .details-both = Show more of both certificates
    .present-serial = Its number
    .present-print = Its thumbprint
    .server = The server's
    .subject = Name
    .valid = Valid until
    .valid-until = until { $date }
    .print = Fingerprint
    .allow = Allow and continue (Y)
    .refuse = Do not allow (N)

trust-other = The server has changed
    .lead =
        Another server answered than the one that you have seen.
        Your numbers have not been sent.
    .lead-renew =
        Another server answered than the one that you have seen.
        Your certificate has not been shown.
    .before = Shown before
    .now = Answers now
    .warning =
        If you do not know why, do not allow it.
        Your company may have begun to inspect connections. Ask your PC staff.

refused = Stopped
    .lead-new =
        No certificate was issued.
        No number was sent.
    .lead-renew =
        No new certificate was issued.
        You can go on using your present one.
    .lead-ask =
        No number was sent.
        Your last application stays as it was.

## Security level

level =
    .high = High
    .medium = Medium
    .low = Low
    .quoted = “{ $level }”
    .or = { $first } or { $second }

security = Choose the security level
    .lead = The security level (S) is how this PC guards the certificate.
    .fixed = The security level stays as it was
    .fixed-lead = The last application is used as it is. No new application is made.
    .legend = Security level (S)
    .recommended = Recommended
    .unavailable = Not available
    .minimum = { $bank } requires { $levels }.
    .unlike = This PC has nothing like “{ $level }”.
    .bank-needs = { $bank } does not allow { $level } with this store.
    .asks =
        A small window asks at every login.
        You only press “Allow”.
    .password =
        A password is asked at every login.
        If you forget it, the certificate must be issued again.
    .nothing =
        Nothing is asked.
        Anyone who can use this PC can use the certificate.
    .once = The password of the place where it is kept is asked once, when you begin.
    .once-file =
        The password is asked when the file is imported.
        What is asked after that is decided there.
    .once-card = The PIN of the card is asked once, when you begin.
    .unguarded = This PC has nothing like “{ $level }” and does not ask.
    .details = Show details (D)
    .method = Method
    .method-value = RSA { $bits } bit
    .place = Kept in
    .export = Copying
    .export-yes = It can be copied to another PC
    .export-no = It cannot be copied to another PC
    .effect = In effect
    .weaker = “{ $chosen }” works like “{ $effective }” on this PC. The record will say so.
    .commit =
        “Apply for issue as shown” sends your numbers and starts it.
        After that you cannot go back or change the level.
    .commit-renew =
        “Apply for renewal as shown” shows your present certificate and starts the issue.
        After that you cannot go back or change the level.
    .commit-ask = “Find out whether it was issued” sends the same application once more.
    .cut-same = If it is cut off, you can go on from the same place next time.
    .cut-other = If it is cut off, the certificate may have to be issued again.
    .impossible =
        With this store the level that { $bank } requires cannot be reached.
        Set a password for the store in the settings of the browser and try again.
    .impossible-note = It is not possible to apply like this
    .secret = Password of the store
    .secret-support = The one that you set in the browser
    .secret-wrong = * The password of the store is wrong.
    .secret-last = * The password of the store is wrong. The next wrong one locks the store.
    .issue = Apply for issue as shown
    .renew = Apply for renewal as shown
    .draft = Make the request
    .commit-by-hand =
        “Make the request” makes the key and the request on this PC.
        Nothing is sent: you hand it over yourself.

store-secret =
    .file = Password of the file
    .file-support = The one that you chose when the file was saved
    .file-wrong = * The password of the file is wrong.
    .new-support = At least { $n } characters
    .again = Password again
    .again-support = Enter the same once more
    .own =
        This password guards the file. The bank does not know it.
        If you forget it, nobody can bring it back: the certificate must be issued again.
    .short = * Use at least { $n } characters.
    .different = * The two passwords differ.
    .pin = PIN of the card
    .pin-support = The number that came with the card, not a number of your bank
    .pin-wrong = * The PIN of the card is wrong.
    .pin-last = * The PIN of the card is wrong. The next wrong one locks the card.
    .one-left = The next wrong one locks the card. Make sure of the number.

## Issue

progress = Your certificate is being issued
    .lead = Please wait.
    .slow =
        It is taking longer than usual.
        Please keep waiting.
    .make-key = Make the key
    .prepare = Prepare the application
    .apply = Apply to the authority
    .pick-up = Ask the authority for it
    .receive = Receive the certificate
    .check = Check it
    .store = Store the certificate
    .prove = Check that it works
    .login = Check the login
    .done = Done
    .current = In progress
    .to-come = To come
    .guard = Do not close this window or switch the PC off until it is done
    .guard-same =
        If it is cut off, you can go on from the same place next time.
        Your application will not be made twice.
    .guard-other =
        If it is cut off, the certificate may have to be issued again.
        The key stays on this PC, and the application is never sent again by itself.
    .footer = The next page comes by itself

installing = Your certificate is being installed
    .lead = Please wait. This takes seconds.
    .guard = The issued certificate is not lost, even if it is cut off
    .footer = The next page comes by itself

pending = The authority is preparing it
    .lead = Your application has arrived.
    .at = You can ask again at about { $time }.
    .some-time = We will ask again after a while.
    .close = You may close this window.
    .certificate = Certificate
    .not-yet = Not issued yet.
    .again = Asking again
    .again-value = The authority asked us to wait. Asking goes on with the same application.
    .todo = To do
    .todo-value = When you open the wizard again, you can ask from here.

## Install

install = Install this certificate?
    .lead =
        It has arrived. Check the name and dates. Do you allow storing it?
    .subject = Name
    .valid = Valid
    .from = { $date } to
    .to = { $date }
    .issuer = Issued by
    .serial = Number
    .thumbprint = Thumbprint
    .answered = Came from
    .place = Kept in
    .place-value = { $browser } on this PC
    .place-given = The place that was named, on this PC
    .place-file = The file “{ $file }”
    .place-card = The card “{ $name }”
    .place-a-card = The card that is inserted
    .old = Old certificate
    .renewed = Renewed one
    .old-which =
        Valid until { $date }
        No. { $serial }
    .old-kept = Kept until the new one is known to work
    .old-none = None
    .old-unseen =
        Not known before the store is open.
        If there is one, it is kept until the new one is known to work.
    .key-matches = It belongs to the key made on this PC
    .issuer-matches = It was issued by the authority of { $bank }
    .safe = If you close now, the certificate is not lost.
    .now = Install (Y)
    .later = Store it later (N)
    .wrong = This is not my certificate

install-wrong = Is the name or number wrong?
    .lines =
        Do not install it, and ask { $own }.
        { $help }
    .kept = The certificate is kept safe on this PC.
    .return = Go back
    .discard = Go on to discard

install-discard = Really discard it?
    .lines =
        The issued certificate can never be used again.
        To get one, it must be issued again.
    .keep = Do not discard
    .discard = Discard

## Done

complete = The certificate has been installed
    .lead = You can log in as before.
    .lead-untried = The certificate is stored and works.
    .lead-refused = The certificate is stored, but the login was not accepted.
    .expiry = Valid until
    .signs = It signs correctly
    .login-proven = The login works
    .login-untried = The login has not been tried yet.
    .login-refused = Internet banking did not accept this certificate.
    .login-refused-next = Press “Check the login” after a while. If nothing changes, ask { $own }.
    .prove-login = Check the login
    .next-1 = Close every browser window and open it again.
    .next-2 = Log in with the new certificate.
    .file-1 = Take the file to the PC where it will be used.
    .file-2 =
        In the settings of the browser there, import the file as a certificate.
        The password that you chose is asked.
    .file-3 = After that, keep the file where nobody else can take it.
    .card-1 = Leave the card inserted, close every browser window and open it again.
    .next-old = If you have to choose, take the one that is valid until { $date }.
    .next-renewed = Your earlier certificate stays where it is. It may stop working when you log in with the new one.
    .renewal = Next renewal
    .validity = It is valid for { $span }.
    .every-year = It must be renewed every year.
    .renew-from = Renew from { $date }.
    .renew-here = Renew it with this wizard before it ends.
    .renew-how =
        Renew before it ends:
        「証明書更新」 after the login.
    .weaker = You chose “{ $chosen }”; this PC acts like “{ $effective }”.
    .save = Save a receipt
    .close = Close this window

receipt = Receipt of the certificate
    .row = { $key }: { $value }
    .bank = Bank
    .level = Security level
    .level-value = { $chosen } (in effect { $effective })
    .thumbprint = Thumbprint (SHA-256)
    .login = Login

## Going on from last time

resume = Go on from where you stopped
    .renewal = Go on with the renewal
    .received = Last time it stopped after the certificate had come.
    .installed = Last time it stopped after the certificate had been stored.
    .unknown = Last time it stopped while applying.
    .unreadable = What came from the authority last time could not be read.
    .waiting = Your application has arrived, and the authority is preparing the certificate.
    .not-believed = What came last time could not be shown to be the right certificate.
    .certificate = Certificate
    .last = Last action
    .subject = Name
    .level = Level
    .todo = To do
    .issued = Issued.
    .not-lost = It is not lost.
    .stored = It is stored, too.
    .unsure = It is not known yet whether it was issued.
    .preparing = Not issued yet.
    .doubtful = It came, and is kept without being used.
    .todo-install =
        Only the installation.
        No numbers and no new application are needed.
    .todo-prove =
        Only to check that it works.
        No numbers and no new application are needed.
    .todo-ask =
        Enter the numbers again; then we ask the authority.
        No new application is made.
    .todo-ask-renewal =
        Ask the authority with your present certificate.
        No numbers are entered. No new application is made.
    .todo-wait-renewal = After { $time }, ask with your present certificate. No numbers are entered.
    .todo-wait = After { $time }, enter the numbers and ask.
    .todo-nothing-sent =
        Nothing is sent from here.
        The key is kept on this PC.
    .todo-bank = It has to be cleared up with { $own }.
    .out-of-date = By the date of this PC, the certificate that came last time has expired.
    .todo-clock = First check the date and time of this PC.
    .set-clock = If the date or time is wrong, set it and press “{ $button }”.
    .clock-right = If the date is right, talk to { $own } before you press “{ $button }”.
    .safe = It is safe to go on
    .safe-lines =
        No new application is made.
        The old certificate is kept until the new one is known to work.
    .go-on = Go on

## Picking it up later

pickup = Pick up your certificate
    .registered = Your application was received
    .lead-registered =
        The authority has your application. You may close this page.
        When your { $pin } arrives, open this wizard again and pick the certificate up.
    .lead =
        The authority keeps your application.
        Enter the { $pin } that you were sent, and pick the certificate up.
    .lead-unknown =
        The last pick-up stopped while waiting for the authority's answer.
        Enter the { $pin } once more, and pick the certificate up.
    .lead-expired =
        With this { $label } the certificate can no longer be picked up.
        It has to be reissued.
    .lead-bank =
        The authority keeps your application.
        This wizard has no way any more to pick the certificate up.
    .reference = Reference number
    .kept = It is no secret. Have it ready when you ask about it.
    .waits = Not received yet.
    .not-received = Not received.
    .todo =
        Your { $pin } is shown to the authority. No new application is made.
        Your { $pin } is not kept on this PC.
    .todo-wait = After { $time }, enter your { $pin } and pick it up.
    .take = Go and pick it up
    .wrong = * This { $pin } is wrong. Your application is not lost.
    .wrong-left = * This { $pin } is wrong. Tries left: { $n }. Your application is not lost.
    .not-ready = It is not ready yet
    .not-ready-at = Please try again after { $time }.
    .not-ready-later = Please try again later.
    .not-ready-lines = Your application is not lost.
    .request =
        To { $bank }
        The certificate that was applied for could not be picked up in time.
        Please issue it again.
        { $label }: { $reference }
        Inquiry code: { $code }
    .progress = Picking up your certificate
    .footer = When it has been picked up, the next page opens by itself
    .again = The authority still keeps your application. It is never made twice.
    .again-unknown = Picking it up once more does not apply twice.
    .back = Back to the pick-up page

apply-anew = Apply once more?
    .lines =
        If the first application was granted, that certificate may stop working.
        Do not apply unless it was released for issue again.
    .no = Do not apply
    .yes = Apply again

reissue-request = Request for 再発行 (issue again)
    .getting = getting
    .renewing = renewing
    .text =
        To { $bank }
        While I was { $doing } a certificate, the answer of the certificate authority was lost.
        If a certificate was issued, please revoke it and issue another one.
        For: certificate of { $role }
    .text-came =
        To { $bank }
        While I was { $doing } a certificate, something came that could not be shown to be the right certificate.
        It is kept without being used.
        If a certificate was issued, please revoke it and issue another one.
        For: certificate of { $role }
    .id = { $label }: (please fill in)
    .code = Inquiry number: { $code }
    .give-user = Copy the following request and give it to { $who }.
    .after = After it was issued again, open this wizard and begin with “Apply anew”.

## Files carried by hand

courier =
    .certificate = Import a certificate file
    .certificate-when = If the certificate came as a file
    .request = Save the request
    .request-when = If you need the file again
    .asking = Please choose a file…
    .use-certificate = Import this file
    .use-request = Save to this file
    .where-support = If no window opens to choose the file, type its location here
    .file-name = certificate-request.csr
    .file-kind = Certificate files
    .saved =
        The request has been saved.
        { $file }
    .mistake = * { $said }
    .gone = There is no such file. Please check the location.
    .link = This is a link to another file. Please choose the file itself.
    .not-a-file = This is not a file. Please choose the certificate file.
    .too-large = The file is too large to be a certificate file.
    .unreadable = This file cannot be opened. Please copy it to another folder and choose it there.
    .no-certificate = There is no certificate in this file. Nothing has changed.
    .other-key = This certificate is for another application. It does not match the key on this PC. Nothing has changed.
    .other-issuer = This was not issued by your bank's certificate authority. Nothing has changed.
    .not-asked-for = This is not the certificate that you applied for. It was not used, and nothing has changed.
    .taken = There is already another file of this name. It will not be overwritten.
    .not-written = It cannot be saved there. Please choose another folder.

by-hand = Please hand over your request
    .waiting = Waiting for your certificate file
    .lead =
        The request is ready. Nothing has been sent yet.
        Save it as a file and hand it to { $own }.
    .lead-waiting =
        The request has to be handed to { $own }.
        When the certificate file comes, import it on this page.
    .todo =
        Import the file on this PC when it comes.
        You may close this window while you wait.
    .whom = Questions
    .where = Instructions
    .open = The request is not secret
    .open-lines =
        It contains no PIN and no password.
        The certificate that comes belongs to the key on this PC.
        It cannot be used on another PC.
    .import = Import the file

drafting = Making your request
    .lead =
        The key and the request are being made on this PC.
        Nothing is sent.
    .footer = Please wait until it is done

## Closing

close-unsent = Stop here?
    .lines =
        No certificate has been issued.
        The numbers will be erased.
    .renewal =
        No new certificate has been issued.
        You can go on using your present one.
    .leave = Stop and close
    .stay = Continue

close-issued = Close without installing?
    .lines =
        The certificate is kept safe on this PC.
        You can go on when you open the wizard again.
    .stay = Go back

close-waiting = Close without waiting?
    .lines =
        The authority is preparing the certificate.
        You can go on when you open the wizard again.

close-now = Now it can be closed
    .lines =
        It is safe to close the window now.
        You can go on when you open the wizard again.

hold = The window cannot be closed now
    .issuing =
        The authority is issuing your certificate.
        Please wait until it is safe to close.
    .installing =
        The certificate is being stored.
        This takes seconds.
    .carrying =
        A file is being read or written.
        This takes seconds.
    .step = Now: { $step }
    .ask-later = Ask me when done
    .wait = Keep waiting

plea =
    .issuing = The authority is issuing your certificate. Please wait until it is done.
    .installing = The certificate is being stored. Please wait until it is done.
    .carrying = A file is being read or written. Please wait until it is done.

## Help

help = Help
    .words = Words
    .certificate = 電子証明書
    .certificate-is = Certificate: like a registered seal, it shows the bank that it is you, on this PC.
    .get = 取得
    .get-is = Getting: receiving an issued certificate on this PC.
    .again = 再取得
    .again-is = Getting it again after it expired.
    .renew = 更新
    .renew-is = Renewing: replacing it by the next one ({ $span }) before it expires.
    .reissue = 再発行
    .reissue-is = Issued anew by the administrator or { $own }, after loss or delay.
    .revoke = 失効
    .revoke-is = Making a certificate unusable; done by the administrator or { $own }.
    .expiry = 有効期限
    .expiry-is = The last day of use: { $span } after you got it.
    .authority = 認証局
    .authority-is = The office that issues certificates; for { $own } it is “{ $authority }”.
    .roles = 利用者・管理者
    .roles-is = Users make transactions; administrators register users.
    .pin = 暗証番号
    .pin-is = The PIN is for the login and for getting a certificate; the confirmation PIN only for getting one.
    .keys = Keys
    .key-tab = Go to the next place.
    .key-space = Choose or press.
    .key-enter = Press the main button.
    .key-escape = Close the help, a question or the on-screen keyboard.
    .key-back = Go back a page.
    .key-help = Open this help.
    .key-size = Larger and smaller text.
    .key-answers = Keys shown in brackets can be used directly: Y allows, N does not allow.
    .key-answers-name = Y, N, S, D
    .screens = Pages are examples; the browser and the PC may look different.
    .explorer = Internet Explorer is not used. This wizard does the whole job.
    .page = About this page
    .page-for = What for
    .page-have = Have ready
    .page-next = Next
    .page-wrong = If in doubt
    .key-arrows = Move between choices and between the keys of the on-screen keyboard.
    .key-arrows-name = Arrow keys
    .answers = What you can type
    .answer-enter = Does what stands beside “Enter”. At a field, Enter alone leads to the choices.
    .answer-number = Does what stands beside that number.
    .answer-letter = Letters shown in brackets can be used directly.
    .answer-help = Shows this help.
    .answer-quit = Closes the wizard.
    .answer-break = The same as q, everywhere.
    .answer-secret = What you type is not shown.
    .answer-secret-name = PIN

help-opening =
    .for = This page looks at the browsers of this PC and at what was left from last time.
    .have = Nothing yet.
    .next = The next page comes in a few seconds.
    .wrong = If it does not come, close the wizard and open it again.
help-login =
    .for = Choose whether you are a user or the administrator. The certificates on this PC are looked at, too.
    .have = What the page lists under “Please have ready”.
    .next = You enter the numbers on the next page. Nothing is sent yet.
    .wrong = If 再発行 is needed, ask your administrator or { $own } for it first.
help-credentials =
    .for = The numbers show that it is you who applies.
    .have =
        The numbers for all fields of the page.
        PINs can be typed with the on-screen keyboard, too. “Shuffle digits” puts the digits in other places each time it opens.
    .next = You check who will get the numbers. They are not sent anywhere yet.
    .wrong = Too many wrong numbers lock you out. If you are not sure, ask your administrator or { $own }.
help-telephone =
    .for = This page is for hanging up and for stopping here.
    .have = The telephone number on your customer card.
    .next = Hang up and close the wizard. To be sure, call the bank yourself.
    .wrong = Do not tell a caller your numbers, however urgent it sounds. If you began this yourself, “Back” goes on.
help-proxy-login =
    .for = This page is for getting through the way out of your company's network (the proxy).
    .have = The user name and the password of the proxy. They are not the bank's numbers.
    .next = Once the proxy lets you through, you go on where you were.
    .wrong = Ask the person who looks after your PCs. “Back” leads to the page before.
help-trust =
    .for = Before the numbers are sent, see whether this is the real certificate authority.
    .have = Nothing. Read the name and the address (URL).
    .next = If you allow it, you choose the security level. The numbers are not sent yet.
    .wrong = If you have any doubt, press “Do not allow”. Nothing is sent.
help-refused =
    .for = This page says that you did not allow the server and that it ends here.
    .have = Nothing.
    .next = Go back to the start or close the wizard. Nothing was sent to this server.
    .wrong = If you do not know whether the server is right, ask { $own }.
help-security =
    .for = Choose what this PC asks when the certificate is used.
    .have = The password of the store, if it has one.
    .next = The button sends the numbers and starts it. After that you cannot go back.
    .wrong = A level that cannot be chosen says why. If it is cut off, the next start goes on from there.
help-issuing =
    .for = The wizard applies to the certificate authority and receives the certificate.
    .have = Nothing. Do not close the wizard, and leave the PC on.
    .next = You see what came and check it.
    .wrong = If it is cut off, the key and the record of the application stay. The next start goes on from there.
help-waiting =
    .for = The application is made; the certificate authority is preparing the certificate.
    .have = Nothing. You may close the wizard.
    .next = When it is time, find out whether it was issued. After a new start you enter the numbers again.
    .wrong = If it takes too long, ask { $own }. There is no need to apply again.
help-install =
    .for = See which certificate came before it is stored.
    .have = Read the name and the number. Have the password of the store ready, if it has one.
    .next = “Install” stores it and proves that it works. “Store it later” loses nothing.
    .wrong = If the name or the number is wrong, press “This is not my certificate”. Nothing is discarded at once.
help-installing =
    .for = The certificate is being stored, and it is proven that it works.
    .have = Nothing. Do not close the wizard before it is done.
    .next = The result comes in a few seconds.
    .wrong = If it stops, the certificate that came stays. The next start goes on from there.
help-complete =
    .for = The certificate is stored, and it is proven that it works.
    .have = “Save a receipt” keeps a record. No PIN is in it.
    .next = Log in as before. Renew the certificate when it is about to expire.
    .wrong = If you cannot log in, close all browser windows and open the browser again. If that does not help, ask { $own }.
help-setback =
    .for = This page says what happened, whether a certificate was issued and what to do.
    .have = Note the inquiry number. The copy button takes everything down.
    .next = Follow “What to do next” step by step.
    .wrong = “Trying again” says whether you may. When you ask for help, tell the inquiry number.
help-resume =
    .for = Last time was not finished; this page goes on.
    .have = The numbers may be asked again. Have your customer card ready.
    .next = The buttons go on from there. Whatever might apply twice is asked about first.
    .wrong = If you are not sure, you may close the wizard. The record stays. Ask { $own }.

help-ids =
    .for = Here you enter the IDs that go into your request.
    .have = The IDs for all fields of the page. No PIN is used.
    .next = You choose the security level, and the request is made. The IDs are not sent anywhere.
    .wrong = If you are not sure about an ID, ask your administrator or { $own }.
help-draft =
    .for = Choose what this PC asks when the certificate is used. Then the request is made.
    .have = The password of the store, if it has one.
    .next = The button makes the key and the request on this PC. Nothing is sent.
    .wrong = A level that cannot be chosen says why. If it stops, nothing has been sent.
help-drafting =
    .for = The key and the request are being made on this PC.
    .have = Nothing. Do not close the wizard before it is done.
    .next = In a few seconds you can save the request.
    .wrong = If it stops, nothing has been sent. Open the wizard again and follow the page.
help-handed-out =
    .for = Save the request as a file and hand it over. The certificate that comes back is imported here.
    .have = Find out how to hand the request over. The certificate comes as a file (.p7b, .cer, .crt, .pem or similar).
    .next = Once the file is imported, you see which certificate came and check it.
    .wrong = A file that does not match changes nothing. If it takes long, ask { $own }.

## Login at the proxy

proxy-login = Log in at the proxy
    .lead =
        Your company's proxy asks for a user name and a password.
        They are not those of { $bank }.
    .proxy = Proxy
    .realm = It calls itself
    .user = User name for the proxy
    .user-support = As on your company's network
    .password = Password for the proxy
    .password-support = Not from your customer card
    .refused = * The proxy did not accept this user name and password.
    .configured = The proxy did not accept the login that is set on this PC.
    .memory =
        If you do not know it, ask your PC staff.
        What you enter is forgotten when you close this wizard, and never recorded.
    .wiped = For safety, the password that you had entered was erased.
    .connect = Connect
    .unsent = Nothing is sent to { $bank } before the proxy lets it through

## When it did not work

setback =
    .certificate = Certificate
    .again = Trying again
    .who = Who acts
    .inquiry = Inquiry number
    .issued-no = Not issued yet.
    .issued-no-more = Your present certificate is untouched.
    .issued-yes = Issued.
    .issued-yes-more = What came is kept safe on this PC.
    .issued-unknown = It is not known yet whether it was issued.
    .issued-unknown-more = The key and the record of the application are kept on this PC.
    .issued-nothing-here = None came to this PC.
    .issued-doubtful = It came, and is kept without being used.
    .again-yes = No application is made; it goes on from where it stopped.
    .again-unknown-same = “Find out whether it was issued” does not apply twice.
    .again-unknown-other =
        It may have been issued already.
        If you applied again, that certificate might stop working. Nothing is sent.
    .tries-left =
        { $n ->
            [one] { $n } try is left.
           *[other] { $n } tries are left.
        }
    .press = Press “{ $button }”.
    .tell-staff = If it still fails, give the following number to your PC staff.
    .tell-bank = If that does not help, ask { $own }. { $help }
    .from-start = If that does not help, close this wizard, open it again and begin with “User login”.
    .connect-again = Connect again
    .check-again = Check again
    .try-again = Try again
    .store-again = Store again
    .enter-again = Enter the numbers again
    .clock-here = This PC: { $time }
    .clock-server = Certificate authority: { $time }
    .clock-certificate = The server's certificate is valid from { $from } until { $until }.
    .clock-right = If the clock is right, the authority's own certificate is out of date. { $help }
    .clock-received = The certificate that came is valid from { $from } until { $until }.
    .clock-over = If the date is right, the certificate that came has expired. { $help }
    .clock-built =
        This PC's clock shows { $here },
        but this program was built on { $built }.
        Nobody has been contacted yet.
    .servers = Servers to allow
    .proxy-refused = { $proxy } (answered { $status })
    .proxy-silent = { $proxy } (no answer)
    .proxy-untrusted = { $proxy } (its certificate cannot be checked)
    .proxy-schemes = { $proxy } (only { $schemes })
    .inspector = Who answered
    .inspector-name = A device with a certificate of “{ $by }”
    .until = It is expected to be back at about { $time }.
    .said = The authority says

err-e01 = The numbers do not match the records
    .lead = Compare them with your customer card one by one.
    .again =
        Repeated mistakes lock you out.
        Wrong entry number { $tries } locks.
    .who = You
    .next-1 = Enter all numbers again, card in hand.
    .next-2 = If you do not know a PIN, do not guess: ask { $unlocks }.

err-e02 = You are locked out
    .lead = There were too many wrong entries; it was stopped for safety.
    .again = Trying again will not help now.
    .who = { $unlocks }
    .next-1 = Ask { $unlocks } to release the lock (ロック解除).
    .next-2 = After that, begin again with “User login”.

err-e03 = There is no certificate to pick up
    .lead = It has not been issued yet, or it was picked up before.
    .again = Trying again changes nothing.
    .who = { $unlocks }
    .next-1 = Was it picked up on another PC?
    .next-2 = Ask { $unlocks } to issue it again (再発行).
    .next-3 = It must be picked up within { $pickup } days of being issued.

err-e10 = The certificate authority was not reached
    .lead = Your company's network may be blocking it.
    .again = You will not apply twice. Try as often as you like.
    .who = You or your PC staff
    .next-1 = Does another web page open in the browser?

err-e11 = The PC could not store it
    .lead = The place where it is kept did not accept it.
    .again = No application is made; only the storing is repeated.
    .who = You or your PC staff
    .next-1 = Are you signed in to the PC as usual?
    .next-2 = Close every browser window, and see that the disk is not full.

err-e12 = The authority did not let you in
    .lead = A number may be wrong, or applications from this PC may not be allowed.
    .again =
        Repeated mistakes may lock you out.
        Wrong entry number { $tries } locks.
    .who = You or { $unlocks }
    .next-1 = Enter all numbers again, card in hand.
    .next-2 = If the numbers are right, ask { $unlocks }.

err-e13 = The certificate authority is closed
    .lead = It is under maintenance and takes no applications now.
    .again = You will not apply twice. Try after it is back.
    .who = Nobody: please wait
    .next-1 = When it is back, begin again with “User login”.

err-e14 = No answer came from the authority
    .lead = The connection was cut off.
    .again = You will not apply twice.
    .who = You
    .next-1 = Is the PC connected to the internet?

err-e17 = The key could not be made
    .lead = The place where it is kept did not accept a new key.
    .again = You will not apply twice. No number was sent.
    .who = You or your PC staff
    .next-1 = Close every browser window, and see that the disk is not full.

err-e20 = The application was not accepted
    .lead = The authority did not accept what the application says.
    .again = Trying again changes nothing.
    .who = { $unlocks }, or { $own }
    .next-1 = Check your customer card and your registration with { $unlocks }.
    .next-2 = { $help }

err-e21 = The authority did not finish
    .lead = The authority answered in an unexpected way.
    .again = Try after a while.
    .who = { $own }
    .next-1 = Wait a while.

err-n01 = The proxy asks you to log in
    .lead = Your company's proxy asks for a user name and a password. They are not those of { $bank }.
    .again = You will not apply twice.
    .who = You or your PC staff
    .next-1 = Ask your PC staff for the user name and password of the proxy.

err-n02 = This kind of proxy cannot be used
    .lead =
        This wizard does not know how to log in there.
        { $bank } was not asked.
    .again = It changes nothing until your network is changed.
    .who = Your PC staff
    .next-1 = Ask your PC staff to let the servers below through without a login.

err-n03 = The proxy did not let it through
    .lead = Your company's proxy stopped it. { $bank } was not asked.
    .again = You will not apply twice. Try as often as you like.
    .who = Your PC staff
    .next-1 = Ask your PC staff to allow connections to the servers below.

err-n04 = The connection is inspected on the way
    .lead =
        A device at your company or a virus scanner answers for the authority.
        We stopped for safety. No number was sent.
    .again = It changes nothing while the connection is inspected.
    .who = Your PC staff
    .next-1 = Ask your PC staff to leave the servers below out of the inspection.
    .next-2 = If they say that nothing is inspected, stop. { $help }

err-s01 = The server could not prove who it is
    .lead = We stopped for safety. No number was sent.
    .again = Do not try until the cause is known.
    .who = Your PC staff, or { $own }
    .next-1 = If a call or a mail told you to do this, stop.
    .next-2 = { $help }

err-s02 = Date or time of this PC is wrong
    .lead = With a wrong clock nobody can tell whether a server is genuine.
    .again = You will not apply twice.
    .who = You or your PC staff
    .next-1 = Set date and time of the PC.

err-s03 = The server changed on the way
    .lead = It was not the one that you have seen, so nothing was sent.
    .again = Do not try until the cause is known.
    .who = Your PC staff, or { $own }
    .next-1 = Ask your PC staff whether your company has begun to inspect connections.
    .next-2 = { $help }

err-s04 = It could not be confirmed as your certificate
    .lead = What came from the authority does not match the application.
    .again = Trying again changes nothing.
    .who = { $own }
    .next-1 = { $help }
    .next-2 = Give them the following number. What came is kept, so that it can be looked into.

err-s04-unreadable = What came could not be read
    .lead = No certificate was found in what the authority sent.
    .again = You will not apply twice.
    .who = You
    .next-1 = What came is kept, and the authority can be asked for the same certificate once more.

err-s05 = It could not be confirmed that it works
    .lead = The stored key and the certificate do not match.
    .again = No application is made; only the storing and the check are repeated.
    .who = You or your PC staff
    .next-1 = Close every browser window.

err-s06 = It cannot be kept at the required level
    .lead = This store does not reach the security level that { $bank } requires.
    .again = Nothing changes until another store is used.
    .who = You or your PC staff
    .next-1 = Set a password for the store in the settings of the browser.
    .next-2 = Begin again with “User login”.

err-m01 = The store asks for its password
    .lead = The password is wrong or has not been entered.
    .again = You will not apply twice.
    .who = You
    .next-1 = Have the password of the browser or file ready, or the PIN of the card.

err-m02 = The record of the job cannot be read or written
    .lead = The disk did not answer. Without the record it is not safe to go on; so we stopped.
    .again = You will not apply twice.
    .who = Your PC staff
    .next-1 = Leave the files of the record where they are.
    .next-2 = Have your PC staff check the disk or the folder on the network.

err-m11 = The disk is full
    .lead = Where nothing can be written it is not safe to go on; so we stopped.
    .again = You will not apply twice.
    .who = You or your PC staff
    .next-1 = Make room on the disk, by emptying the trash for example.

err-m12 = Writing is not allowed
    .lead = The folder of the record or of the key store may only be read.
    .again = You will not apply twice.
    .who = You or your PC staff
    .next-1 = See that you are signed in as usual and that you may write to your own folder.

err-m13 = There is a record of a newer version of this wizard
    .lead = This version cannot read it, so no new application is begun. The record is left as it is.
    .again = With this version it will not work, however often you try. Nothing is sent.
    .who = Your PC staff
    .next-1 = Have the newer version of this wizard installed, and open it again.
    .next-2 = Leave the files of the record where they are.

err-m14 = The record of the job is damaged
    .lead = Nobody knows whether an application is open, so no new one is begun. The record is left as it is.
    .again = Until the record is mended it will not work, however often you try. Nothing is sent.
    .who = Your PC staff
    .next-1 = Do not delete the files of the record; see whether a backup can bring them back.
    .next-2 = If not, ask { $own } whether an application of yours is open. { $help }

err-m15 = Another program is using the key store
    .lead = A browser or another program has not finished with it.
    .again = You will not apply twice.
    .who = You
    .next-1 = Close all browsers and wait a moment.

err-u01 = Please check the numbers you entered
    .lead = We stopped before sending them.
    .again = No number was sent. It does not count as a wrong entry.
    .who = You
    .next-1 = Enter all numbers again, card in hand.

err-x01 = A fault of this wizard stopped it
    .lead = It was not your doing.
    .again = You will not apply twice.
    .who = You or your PC staff
    .next-1 = Close this wizard and open it again.

err-e22 = The authority is still preparing it
    .lead = Your application has arrived. Issuing takes longer than usual.
    .again = You will not apply twice.
    .who = { $own }
    .next-1 = Go on from here another day.
    .next-2 = { $help }

err-e04 = The time to pick it up is over
    .lead = It must be picked up within { $pickup } days of being issued.
    .again = Trying again changes nothing.
    .who = { $unlocks }
    .next-1 = Ask { $unlocks } to issue it again (再発行).
    .next-2 = After that, begin again with “User login” within { $pickup } days.

err-e05 = Please report it at the counter
    .lead = It expired too long ago to be picked up again from here.
    .again = Trying again changes nothing.
    .who = { $own }
    .next-1 = Ask at the counter of { $own } to have it issued again (再発行).
    .next-2 = { $help }

err-e06 = That certificate has expired
    .lead = The authority was shown a certificate that is no longer valid.
    .again = It will not be accepted, however often you try.
    .who = You
    .next-1 = Close every browser window.
    .next-2 = Begin again with “User login” and get a new one.

err-e07 = It is not the certificate on record
    .lead = The authority was shown another certificate, or an old one.
    .again = It will not be accepted, however often you try.
    .who = You
    .next-1 = Close every browser window and open it again.
    .next-2 = If you have to choose, take the one that is valid the longest.

err-e19 = The old certificate must be revoked first
    .lead = The authority still has your expired certificate.
    .again = Nothing changes until it is revoked.
    .who = { $unlocks }
    .next-1 = Ask { $unlocks } to revoke the certificate.
    .next-2 = After that, begin again with “User login”.

err-m06 = The store is locked
    .lead = The password was wrong too many times, so it has been locked for safety.
    .again = Trying again will not help until it is unlocked.
    .who = Your PC staff, or whoever issued the card
    .next-1 = Ask whoever gave you the card to unlock it.
    .next-2 = After that, open this wizard again and go on.

err-m07 = The store has no room
    .lead = It holds only one certificate, and another one is in it.
    .again = Nothing changes until another store is used.
    .who = You or your PC staff
    .next-1 = Leave the certificate that is in it as it is.
    .next-2 = Choose another store and begin again with “User login”.

err-m08 = It is not clear which card to use
    .lead = Two or more cards are connected.
    .again = You will not apply twice.
    .who = You or your PC staff
    .next-1 = Leave only the card that you want to use, and take the others out.

err-m09 = The card is not there
    .lead = The card that is used to keep it is not connected to the PC.
    .again = You will not apply twice.
    .who = You
    .next-1 = Insert the card. If it was taken out, its PIN is asked again.

## When a renewal stops

err-e03-renewal = This certificate cannot be renewed
    .lead = It has been revoked, or it has been renewed already.
    .again = Trying again changes nothing.
    .who = { $unlocks }
    .next-1 = Please check whether it has been renewed on another PC.
    .next-2 = If not, please ask { $unlocks } to issue it again.

err-e07-renewal = There is a newer certificate already
    .lead = The certificate authority has a newer certificate on record than the one it was shown.
    .again = With the same one you cannot get further, however often you try.
    .who = You
    .next-1 = Please log in on the PC or in the browser that holds the new certificate.
    .next-2 = If you know of none, please ask { $unlocks }.

err-e12-renewal = The certificate was not accepted
    .lead = The certificate authority did not allow a renewal with your present certificate.
    .again = Trying again changes nothing. No number is used, so nothing can be locked.
    .who = { $unlocks }
    .next-1 = Please check whether you can still log in with your present certificate.
    .next-2 = If you cannot, please ask { $unlocks } to issue it again.

err-e23 = The request cannot be made as it is wanted
    .lead = The certificate authority wants something in the request that this wizard cannot write.
    .again = Trying again changes nothing. Nothing was sent.
    .who = { $own }
    .next-1 = { $help }
    .next-2 = Please tell them the number below.

err-m10 = This store cannot be used for a renewal
    .lead = A renewal makes a new key, and this file has room for one key only.
    .again = Nothing changes until another store is used. Nothing was sent.
    .who = You or your PC staff
    .next-1 = Import the certificate from the file into a browser.
    .next-2 = Choose that browser as the store, and begin the renewal again with “User login”.

err-u02 = It is not clear which certificate to renew
    .lead = It was stopped before anything was sent.
    .again = Nothing was sent.
    .who = You
    .next-1 = Please check whether this store holds a certificate that is due for renewal.
    .next-2 = Begin again with “User login”.

## Opening

opening = Getting ready
    .lead = Looking for certificates on this PC.
    .connecting = Connecting to the certificate authority.
    .checking = Checking…

toast =
    .copied = Copied
    .saved = Receipt saved
    .not-saved = The receipt could not be saved
    .request-saved = Request saved
    .letter-saved = Request saved
    .letter-not-saved = The request could not be saved

## When it cannot begin

obstacle-in-use = It is open already
    .lead = Another window of this wizard is open. Nothing was sent from this one.
    .next = Go on in the window that was opened first, or close it and open the wizard again.

obstacle-hangs = The first window does not answer
    .lead =
        Another window of this wizard is open and does not answer.
        The record of what was sent stays on this PC.
    .next = Look at the window that was opened first. If it still does not answer, end it and go on here.
    .end = End it and open

obstacle-died = The wizard ended unexpectedly
    .lead =
        This is a fault of the wizard. We are sorry.
        The record of what was sent stays on this PC.
    .next = Close this window and open the wizard again. You can go on from where you were.

obstacle-no-profile = No institution is set up
    .lead = There is no settings file of an institution on this PC.
    .next = Give the number below to your PC staff.

obstacle-profile = The institution's settings cannot be read
    .lead = There is a mistake in the settings file. Nothing was sent.
    .next = Give the number below to your PC staff.

obstacle-records = The records cannot be read
    .lead = They are left as they are. Nothing was sent.
    .next = Give the number below to your PC staff.

obstacle-disk-full = The disk is full
    .lead = The records cannot be written. Nothing was sent.
    .next = Make room on the disk, by emptying the trash for example, and open the wizard again.

obstacle-read-only = Writing is not allowed
    .lead = The folder of the records may only be read. Nothing was sent.
    .next = See that you are signed in as usual. If that does not help, give the number below to your PC staff.

## On a terminal

terminal =
    .help = Help
    .hidden = not shown while you type
    .other = That is none of these. Please enter it again.
    .file = Name of the file
