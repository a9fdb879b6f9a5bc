// What a file of journeys stands on: the demonstration and a browser, there before its first test and gone after its last.
import { after } from "node:test";
import { openBrowser } from "./browser.mjs";
import { startService } from "./service.mjs";

/** The service. */
export const service = await startService();
/** The browser. */
export const browser = await openBrowser();

after(async () => {
    await browser.close();
    await service.stop();
});
