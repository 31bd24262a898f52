/** Paths that a service may have promised for what `/readyz` answers. */
export type HealthPath = '/health' | '/healthcheck'

/** Asked for every few seconds by balancers and whoever else watches the process: no traces, and no log while they are well. */
export const HEALTH_PATHS: ReadonlySet<string> = new Set<'/livez' | '/readyz' | HealthPath>([
  '/livez',
  '/readyz',
  '/health',
  '/healthcheck',
])
