# An action that runs or ended, the overview, the archive and the report.
connection-lost = connection lost, trying again
overview-new = New action
overview-none = No action is running now. Choose 'New action' to begin.
overview-audience = participants in the area
overview-reached = reached
overview-tips = { $count ->
    [one] tip
   *[other] tips
}
overview-new-tips = { $count ->
    [one] { $count } new tip
   *[other] { $count } new tips
}
overview-queued = { $count ->
    [one] { $count } message waits to be sent.
   *[other] { $count } messages wait to be sent.
}
overview-started = started
overview-submitted = Waits for a second person
overview-drafts = Drafts
overview-changed = changed
overview-search = Search all actions
action-untitled = No title yet
keys-open = Keys
keys-title = Keys
keys-new = New action
keys-search = Search
keys-tips = Next or previous tip
keys-judge = Judge a tip: seen, useful, not useful, more
keys-help = This list
phase-draft = draft
phase-submitted = waits for a second person
phase-returned = returned
phase-refused = refused
phase-approved = approved
phase-active = running
phase-paused = paused
phase-closed = closed
phase-withdrawn = withdrawn
phase-expired = time is over
wave-first = call-out
wave-expansion = expansion
wave-update = news
wave-closing = outcome
wave-correction = correction
wave-fallback = text message after silence
wave-state-running = being sent
wave-state-paused = paused
wave-state-halted = stopped
wave-state-finished = sent
way-push = App
way-app = App
way-sms = Text message
way-email = E-mail
way-voice = Telephone
running-sent = Sent
running-wave = Wave { $ordinal }
running-for = { $count ->
    [one] to { $count } participant
   *[other] to { $count } participants
}
running-unheard = The provider has not reported a single message as delivered. It is not certain that they arrive.
running-held = Leaves in a moment: take back or send now
running-no-waves = Nothing was sent yet.
running-counts = Queued { $queued }, sent { $sent }, delivered { $delivered }, failed { $failed }.
running-unknown = Of { $count } it is not known whether it arrived.
running-stopped = No longer sent: { $count }.
running-expires = runs until { $at }
running-ended = ended { $at }
running-message = The message
clock-title = Clock of lost minutes
clock-not-yet = not known yet
step-incident-to-request = From incident to request
step-request-to-start = From request to start
step-start-to-first = From start to first message
step-first-to-last = From first to last message
step-sent-to-tip = From first message to first tip
step-tip-to-passed-on = From first tip to passing on
step-incident-to-close = From incident to close
decimal-mark = .
took-seconds = { $seconds } s
took-minutes = { $minutes } min { $seconds } s
took-hours = { $hours } h { $minutes } min
do-expand = Expand
do-update = Send news
do-pause = Pause
do-resume = Resume
do-close = Close
do-report = Report
do-stop = Stop
do-correct = Correct
do-withdraw = Withdraw
halting-title = Stop, correct or withdraw
stop-ask = { $count ->
    [one] Stop: what is still queued does not go out. { $count } participant has the message already.
   *[other] Stop: what is still queued does not go out. { $count } participants have the message already.
}
stop-question = { $count ->
    [one] Do you want to stop sending? { $count } participant has the message already, and hears nothing until you correct or close the action.
   *[other] Do you want to stop sending? { $count } participants have the message already. They hear nothing until you correct or close the action.
}
correct-ask = { $count ->
    [one] Correct: sending stops and { $count } participant hears what was wrong.
   *[other] Correct: sending stops and { $count } participants hear what was wrong.
}
withdraw-ask = Withdraw: sending stops, the action is over, and whoever had the message hears that they need not look out any more.
withdraw-question = { $count ->
    [one] Do you want to withdraw this action? { $count } participant hears that they need not look out any more. This cannot be undone.
   *[other] Do you want to withdraw this action? { $count } participants hear that they need not look out any more. This cannot be undone.
}
dialog-no = No, go back
correct-title = Correct the action
correct-what-happens = { $count ->
    [one] Whatever is still being sent stops. { $count } participant who had the message gets this text.
   *[other] Whatever is still being sent stops. The { $count } participants who had the message get this text.
}
correct-do = { $count ->
    [one] Correct: { $count } participant
   *[other] Correct: { $count } participants
}
tips-title = Tips
tips-keys = Keys: J and K for next and previous, 1 to 4 to judge, Enter for the photo.
tips-none = There are no tips yet. They come in here by themselves.
tips-not-yours = Tips are only for those who handle them.
tips-older = Older tips
tips-sound = Sound for a new tip
tip-label = Tip of { $at }
tip-new = new
tip-seen = seen
tip-relevant = useful
tip-not_relevant = not useful
tip-duplicate_of = duplicate
tip-passed_on = passed on
tip-late = after the end
tip-photo = Photo { $number }
tip-film = Film with this tip
tip-recording = Recorded message with this tip
tip-place = Place:
tip-anonymous = Anonymous
tip-unit = Passed on to { $unit }
tip-note-written = Note:
tip-note = Note
tip-note-do = Save note
tip-more = Pass on, note, compare
tip-unit-ask = Pass on to unit
tip-beside = Compare with other tips
source-app = by the app
source-sms = by the link in a text message
source-email = by the link in an e-mail
source-email_reply = reply by e-mail
source-device = by a device
source-telephone = reported by telephone
source-sms_reply = reply by text message
source-call = spoken
judge-seen = Seen
judge-relevant = Useful
judge-not-relevant = Not useful
judge-passed-on = Passed on
judge-duplicate = Is the same report
beside-title = Compare tips
beside-explained = These tips are alike. Each says why.
beside-this = This tip
beside-others = Tips that are alike
beside-none = No other tip is like this one.
viewer-title = Photo
viewer-close = Close
map-origin = it happened here
to-action = To the action
to-archive = To the archive
outcome-direct_success = solved by a tip
outcome-indirect_success = solved also through the call-out
outcome-resolved_otherwise = solved in another way
outcome-not_resolved = not solved
outcome-withdrawn = withdrawn
close-title = Close the action
close-what-happens = { $count ->
    [one] { $count } participant who had the message hears how it ended.
   *[other] The { $count } participants who had the message hear how it ended.
}
close-outcome = How did it end?
close-tip = The tip that led to it
close-tip-hint = Only needed when a tip solved the action.
close-no-tip = No tip
close-own-text = Write a text of your own
close-own-text-hint = Leave empty for the text that goes with the outcome.
close-title-nl = Title in Dutch
close-body-nl = Text in Dutch
close-title-en = Title in English
close-body-en = Text in English
close-confirm = Check and confirm
close-do = { $count ->
    [one] Close: { $count } participant
   *[other] Close: { $count } participants
}
close-back = Back without doing anything
history-title = Who did what
history-none = Nothing happened yet.
who-gone = a former colleague
who-key = another system
who-participant = a participant
who-system = the system
event-action-created = Draft made
event-action-changed = Draft changed
event-action-submitted = Submitted to a second person
event-action-approved = Approved
event-action-returned = Returned
event-action-refused = Refused
event-action-started = Started
event-action-taken-back = Taken back before anything left
event-action-sent-now = Sent at once
event-limit-overridden = Started over a limit, with a reason
event-action-paused = Paused
event-action-resumed = Resumed
event-action-stopped = Stopped
event-action-corrected = Corrected
event-action-closed = Closed
event-action-withdrawn = Withdrawn
event-action-expired = Its time was over
event-wave-started = A wave began
event-wave-finished = A wave is done
event-tip-received = Tip received
event-tip-changed = Tip handled
event-area-searched = Searched, nothing found
event-notice-received = Notice from another system
event-notice-changed = Notice handled
event-webhook-disabled = Another system cannot be reached any more
report-number = Number
report-kind = Kind
report-region = Region
report-started = Started
report-ended = Ended
report-tips = Tips
report-closing = What participants read of the end
report-where = Where
report-print = Print
archive-title = Archive
archive-words = Words
archive-all = All
archive-state = State
archive-outcome = Outcome
archive-from = From
archive-until = Until
archive-sort = Order
archive-newest = Newest first
archive-oldest = Oldest first
archive-search = Search
archive-clear = Clear all
archive-none = No action matches. Choose a longer period or fewer words.
archive-choose = Choose
archive-choose-one = Choose { $title }
archive-action = Action
archive-when = When
archive-compare = Compare chosen actions
archive-csv = Save as table (CSV)
archive-geojson = Save as map (GeoJSON)
archive-next = Next page
compare-title = Compare actions
compare-none = Choose two to four actions in the archive.
compare-audience = Participants in the area
compare-reached = Reached
compare-delivered = Delivered
compare-failed = Failed
compare-useful = Useful tips
statistics-title = Report
statistics-show = Show
statistics-none = No action was started in this period.
statistics-started = { $count ->
    [one] action started
   *[other] actions started
}
statistics-urgent = with hurry
statistics-success = solved by a tip: { $successes } of { $total }
statistics-between = (with 95% confidence between { $low }% and { $high }%)
statistics-without = Ended without an outcome
statistics-half = Half of the actions were as fast or faster.
statistics-of = { $count ->
    [one] of { $count } action
   *[other] of { $count } actions
}
lanes-well = All ways of sending work
lanes-out = { $account } is out of service since { $at }. What went over it goes over another account, where there is one.
score-title = Your score
score-speed = Speed: { $points } of 10. To start within three minutes of beginning the draft is ten points.
score-description = Description: { $points } of 10. Ten points is all that is asked for with this kind.
expand-title = Expand action { $number }
expand-explained = Choose a larger or another area. Only those who were not called on yet get the message.
expand-second = A second person has to look at this.
do-count = Count again
do-expand-to = { $count ->
    [one] Expand: { $count } new participant
   *[other] Expand: { $count } new participants
}
update-title = News about action { $number }
update-explained = Everyone who had the message gets this text.
do-update-to = { $count ->
    [one] Send: { $count } participant
   *[other] Send: { $count } participants
}
