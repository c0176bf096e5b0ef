export { Capturer, checkCapture, EXAMINED_BYTES } from './capture.js';
export { type CaptureHole, captureHole } from './capture-hole.js';
