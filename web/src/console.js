// The console: parts of pages that follow the live stream, the sign of the connection, keys.
import "./screens.js";
import "./htmx.js";
import "htmx.org/dist/ext/hx-sse.js";
import "./connection.js";
import "./keys.js";
