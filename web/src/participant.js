// The participant's pages, and what everyone may read. Every page works without any of this.
import "./screens.js";
import "./participant/around.js";
import "./participant/followed.js";
import "./participant/installed.js";
import "./participant/maps.js";
import "./participant/near.js";
import "./participant/push.js";
import "./participant/share.js";
import "./participant/tip.js";
