import type { Clock } from '@terrace/kit'
import { readConfig, type Variables } from './config/config.ts'
import { serverVariables } from './config/server-config.ts'
import { tlsVariables } from './config/tls-config.ts'
import type { ServerCertificate } from './http/server.ts'
import { type CommonContext, type CommonService, type Host, live, type RunningService } from './life.ts'

/** An application without a database of `packages/service`: it has none, or one that it reaches by itself. */
export interface PlainService<V extends Variables> extends CommonService<V, CommonContext<V>> {
  /** It comes back by itself: clients get 503, and `prepare` is called again every second. Nothing does by default. */
  isUnavailable?(error: unknown): boolean
  /** With it the service knows `TLS=self-signed`: it makes a certificate at start and serves HTTPS. */
  makeCertificate?(clock: Clock): Promise<ServerCertificate>
}

/**
 * Starts an API server without a database: it is ready when `prepare` is done.
 *
 * @throws TerraceError `SERVICE_BAD_CONFIG`; Node's own error when the port can't be had
 */
export async function startPlainService<V extends Variables>(
  service: PlainService<V>,
  host: Host,
): Promise<RunningService> {
  const { clock, random, environment } = host
  const server = readConfig({ ...serverVariables(service.port), ...tlsVariables }, environment)
  const config = readConfig(service.variables, environment)
  const certificate = server.TLS ? await service.makeCertificate?.(clock) : undefined
  return live(service, host, { server, certificate }, (log, telemetry) => ({
    context: { config, clock, random, log, telemetry },
    described: {},
    isUnavailable: error => service.isUnavailable?.(error) ?? false,
  }))
}
