/** Where NGINX takes TLS from the public balancer. */
export const FRONTEND_PORT = 443

/** Where the start script asks whether NGINX is there; nobody outside the instance does. */
export const FRONTEND_READY_PORT = 80

/** Where a task takes TLS from the internal balancer. */
export const API_PORT = 8443

/** Where balancers ask whether a task can serve. */
export const API_HEALTH_PATH = '/health'

/** Where the built site is on an instance. */
export const SITE_ROOT = '/srv/site'

/** The index of the table that lists items by their time. */
export const LIST_INDEX = 'byCreation'

/** The names that people look for on the command line. */
export interface SystemNames {
  readonly stack: string
  readonly cluster: string
  readonly service: string
  /** The Auto Scaling group, and the tag `Name` of its instances. */
  readonly frontend: string
}

/** @param project  stands before the environment */
export function systemNames(project: string, environment: string): SystemNames {
  const stack = `${project}-${environment}`
  return { stack, cluster: `${stack}-cluster`, service: `${stack}-api`, frontend: `${stack}-frontend` }
}
