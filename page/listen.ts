const AGAIN_AFTER_MS = 1000;
const MOST_TRIES = 20;

/** Hears what a run's server says. */
export interface Listener {
  readonly event: (name: string, text: string) => void;
  /** @param again whether it is tried once more */
  readonly lost: (again: boolean) => void;
}

/**
 * Server-sent events, read by `fetch`: `EventSource` cannot send a header, and a token in one is in no log and no
 * cookie, which all ports of a host share. @returns an end to it
 */
export function listen(token: string, listener: Listener): () => void {
  const controller = new AbortController();
  void (async () => {
    for (let tries = 1; !controller.signal.aborted && tries <= MOST_TRIES; tries++) {
      const heard = await read(token, listener, controller.signal).catch(() => false);
      if (controller.signal.aborted) return;
      if (heard) tries = 1;
      listener.lost(tries < MOST_TRIES);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  })();
  return () => controller.abort();
}

/** One connection. @returns whether anything was said */
async function read(token: string, listener: Listener, signal: AbortSignal): Promise<boolean> {
  const response = await fetch('/events', { headers: { authorization: `Bearer ${token}` }, signal });
  if (!response.ok || response.body === null) return false;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let heard = false;
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return heard;
    const messages = (rest + value).split('\n\n');
    rest = messages.pop() ?? '';
    for (const message of messages) {
      const name = /^event: (.*)$/m.exec(message)?.[1];
      const data = /^data: (.*)$/m.exec(message)?.[1];
      if (name === undefined || data === undefined) continue;
      heard = true;
      listener.event(name, data);
      if (signal.aborted) return true;
    }
  }
}
