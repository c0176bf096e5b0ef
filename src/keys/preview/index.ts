export { type KeyPreview, MAX_DRAWS, previewKeys } from './preview.js';
