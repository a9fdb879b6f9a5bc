// <time datetime data-ago> says how long ago in the page's language, and goes on saying it.
const language = document.documentElement.lang;
const spans = new Intl.RelativeTimeFormat(language, { numeric: "always", style: "short" });

function say(element) {
    const minutes = Math.floor((Date.now() - Date.parse(element.dateTime)) / 60_000);
    if (minutes < 1) return;
    const text =
        minutes < 60 ? spans.format(-minutes, "minute")
        : minutes < 1440 ? spans.format(-Math.floor(minutes / 60), "hour")
        : spans.format(-Math.floor(minutes / 1440), "day");
    if (element.textContent !== text) element.textContent = text;
}

setInterval(() => document.querySelectorAll("time[data-ago]").forEach(say), 20_000);
