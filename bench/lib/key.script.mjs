/** What the template `/kv/{{key}}` says, as a script: the two send the same requests. */
export const request = ({ key }, hit) => ({ path: `/kv/${key('key', hit)}` });
