/** Where NGINX listens. */
export const WEB_PORT = 80

/** Where the API listens. */
export const API_PORT = 8000

/** Where the worker says that it is well; nobody outside the instance asks. */
export const WORKER_PORT = 8001
