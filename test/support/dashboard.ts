import type { ChildProcess } from 'node:child_process';

/** The address of the page, token and all, once the command has said it on stderr. */
export function dashboardUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
      const [, url] = /^dashboard: (http:\S+)\n/m.exec(said) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once('close', () => reject(new Error(`it ended without an address: ${said}`)));
  });
}
