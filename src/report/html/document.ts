import { createHash } from 'node:crypto';
import type { PageAssets } from '../report-format.js';
import { html, type Markup, nothing } from './markup.js';

/** A page around its body. */
export interface DocumentParts {
  readonly title: string;
  readonly body: Markup;
  /** An empty script: the page has none. */
  readonly assets: PageAssets;
  /** Whether its script may ask the server that the page came from. */
  readonly connects: boolean;
}

/** A whole HTML document. Its policy allows no script or style but its own, and fetches nothing from elsewhere. */
export function renderDocument({ title, body, assets, connects }: DocumentParts): string {
  const { script, style } = assets;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(script, style, connects)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${inElement(style)}</style>
</head>
<body>
${body}
${script === '' ? nothing : html`<script>${inElement(script)}</script>`}
</body>
</html>
`;
  return page.markup;
}

/** Texts of the package. They do not end their element; that is made sure of here, not trusted. */
function inElement(text: string): Markup {
  return { markup: text.replace(/<\/(?=script|style)/gi, '<\\/').replaceAll('<!--', '<\\!--') };
}

function policy(script: string, style: string, connects: boolean): string {
  const hash = (text: string) =>
    `'sha256-${createHash('sha256').update(inElement(text).markup).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${script === '' ? "'none'" : hash(script)}`,
    `style-src ${hash(style)}`,
    'img-src data:',
    ...(connects ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
