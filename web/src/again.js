// A page that is made anew when something happens to what it shows (data-again names the events of the stream). What
// somebody is typing is not taken away: then the page waits until they leave the field.
const names = (document.body.dataset.again ?? "").split(" ").filter(Boolean);

// Whoever has just pressed a button is on their way: what they did comes back by the stream before the answer does.
let leaving = false;
document.addEventListener("submit", (event) => (leaving = !event.defaultPrevented));

function again() {
    if (leaving) return;
    const field = document.activeElement;
    if (field?.matches("textarea, input:not([type=checkbox], [type=hidden])") && field.value) {
        field.addEventListener("blur", () => location.reload(), { once: true });
    } else {
        location.reload();
    }
}

for (const name of names) document.body.addEventListener(name, again);
if (names.length > 0) document.body.addEventListener("oproep-again", again);
