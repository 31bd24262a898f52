// By `getBuiltinModule`: an `import` of node:http asks it for every export, and one of them loads a whole HTTP client
// and its WebSockets: 12 MB and 30 ms in every process that starts.
const { STATUS_CODES } = process.getBuiltinModule('node:http')

/** `Not Found` for 404. */
export const statusText = (status: number | string): string => STATUS_CODES[status] ?? 'Error'
