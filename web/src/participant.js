// The participant's pages.
import "./screens.js";
