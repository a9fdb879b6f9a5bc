// What every page has: questions before what cannot be undone, and times that go on.
import "./confirm.js";
import "./times.js";
