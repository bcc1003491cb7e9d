// The page of the sandbox: a workspace as one person sees it. Everything it does goes through the control API.
import { setUpComposers } from "./composer.js";
import { begin } from "./here.js";
import { setUpSide } from "./side.js";
import { setUpRoom } from "./room.js";
import { setUpThread } from "./thread.js";
import { setUpTools } from "./tools.js";
import { setUpTop } from "./top.js";
import { setUpWindows } from "./windows.js";

await begin();
await setUpTools();
setUpSide();
setUpTop();
setUpRoom();
setUpComposers();
setUpThread();
setUpWindows();
document.body.classList.add("ready");
