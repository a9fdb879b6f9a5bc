// The stream's events, by their names in src/domain/event.rs, told to the page by what they concern: parts of pages ask
// for themselves again on these.
const forwards = {
    "oproep-tip": ["tip.received", "tip.changed", "area.searched"],
    "oproep-wave": ["wave.started", "wave.progress", "wave.finished", "action.started", "action.paused", "action.resumed", "action.stopped", "action.sent_now", "action.taken_back"],
    "oproep-happened": [
        "action.created", "action.changed", "action.submitted", "action.approved", "action.returned", "action.refused", "action.started", "action.taken_back", "action.sent_now", "action.paused",
        "action.resumed", "action.stopped", "action.corrected", "action.closed", "action.withdrawn", "action.expired", "wave.started", "wave.finished", "tip.received", "tip.changed", "area.searched",
        "notice.received", "notice.changed",
    ],
};
const tell = (name) => document.body.dispatchEvent(new CustomEvent(name));
for (const [name, events] of Object.entries(forwards)) {
    for (const event of events) document.body.addEventListener(event, () => tell(name));
}
// The overview counts hand-overs too, but not each of them.
document.body.addEventListener("oproep-wave", () => document.getElementById("lists") && tell("oproep-happened"));

// The map follows tips, searched places and waves.
let due;
function draw() {
    clearTimeout(due);
    due = setTimeout(() => document.querySelectorAll(".map[data-map]").forEach((map) => map.dispatchEvent(new CustomEvent("oproep-map"))), 400);
}
for (const name of ["oproep-tip", "wave.started"]) document.body.addEventListener(name, draw);
