/** Seconds that a server stays open longer than what is in front of it: clocks and the way there differ. */
export const MARGIN_SEC = 15;

/** What undici keeps an idle connection for, where the server does not say: of the clients in use the shortest. */
export const SHORTEST_CLIENT_SEC = 4;

/** What a server keeps idle connections for, to outlast the clients of services: those of Go keep them for 90 s. */
export const ENOUGH_SEC = 90 + MARGIN_SEC;
