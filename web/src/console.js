// The console: parts of pages that follow the live stream, the sign of the connection, keys.
import "./screens.js";
import "./htmx.js";
import "htmx.org/dist/ext/hx-sse.js";
import "./connection.js";
import "./live.js";
import "./tips.js";
import "./followed_tips.js";
import "./open.js";
import "./keys.js";
import "./compose.js";
import "./hold.js";
import "./again.js";
import "./regions.js";
