import type { PageData } from '../src/report/html/page-data.js';
import { drawPage } from './draw-page.js';

drawPage(JSON.parse(document.getElementById('data')?.textContent ?? '{}') as PageData);
