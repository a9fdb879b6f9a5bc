// The bar that empties before an action leaves, and on to the action when it does.
const holding = document.querySelector("[data-hold]");
if (holding) {
    const bar = holding.querySelector("progress");
    const seconds = holding.querySelector("[data-seconds]");
    const ends = performance.now() + Number(holding.dataset.left);
    const step = () => {
        const left = Math.max(0, ends - performance.now());
        bar.value = left;
        const whole = `${Math.ceil(left / 1000)}`;
        if (seconds.textContent !== whole) seconds.textContent = whole;
        if (left > 0) setTimeout(step, 100);
        else location.replace(holding.dataset.hold);
    };
    // Whoever takes it back is not led away meanwhile.
    holding.addEventListener("submit", () => bar.remove());
    step();
}
