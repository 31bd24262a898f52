import type { Clock, Logger } from '@terrace/kit'
import type { Config } from '../config/config.ts'
import type { App } from '../http/app.ts'
import type { ApiInfo } from '../http/openapi.ts'
import { traceFetch } from './fetch-spans.ts'
import { continueTraces, type MessagePlace, type TracedMessage } from './message-traces.ts'
import { embeddedMetrics, type Metrics, noMetrics } from './metrics.ts'
import { measureRequests } from './request-metrics.ts'
import { type RequestTraces, traceRequests } from './server-spans.ts'
import type { SpanOptions, Tracer } from './tracer.ts'
import type { telemetryVariables } from './variables.ts'

/** What a service tells about itself besides its log. */
export interface Telemetry {
  readonly metrics: Metrics
  /** Absent without a collector. */
  readonly tracer: Tracer | undefined
  /** To be added before every other hook. */
  watch(app: App): RequestTraces
  /** Does what messages ask for, each as a part of the trace that it comes from: see `continueTraces`. */
  continueTraces<Result>(
    messages: readonly TracedMessage[],
    name: string,
    options: Omit<SpanOptions, 'parent'>,
    work: (places: readonly MessagePlace[]) => Promise<Result>,
  ): Promise<Result>
  /** Sends and writes what is left; never fails, and takes two seconds at most. */
  stop(): Promise<void>
}

export interface TelemetryOptions {
  readonly config: Config<typeof telemetryVariables>
  readonly info: ApiInfo
  readonly clock: Clock
  readonly log: Logger
  /** Takes one line, its newline included. */
  readonly write: (line: string) => void
}

/** Opens what the environment asks for; the SDK is loaded only when there is a collector. */
export async function openTelemetry({ config, info, clock, log, write }: TelemetryOptions): Promise<Telemetry> {
  const service = config.OTEL_SERVICE_NAME ?? info.title.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  const environment = config.ENVIRONMENT
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT
  const tracer = endpoint === undefined ? undefined : await loadTracer()
  const namespace = config.METRICS_NAMESPACE
  const metrics =
    namespace === undefined ? noMetrics : embeddedMetrics({ namespace, service, environment, clock, write })
  const stopFetch = traceFetch()

  async function loadTracer(): Promise<Tracer> {
    const { sdkTracer } = await import('./sdk-tracer.ts')
    const resource = {
      'service.name': service,
      'service.version': info.version,
      'deployment.environment.name': environment,
      'telemetry.sdk.language': 'nodejs',
    }
    return sdkTracer({ endpoint: endpoint ?? '', ratio: config.OTEL_TRACES_SAMPLER_ARG, resource, clock, log })
  }

  return {
    metrics,
    tracer,
    watch(app) {
      if (namespace !== undefined) measureRequests(app, metrics)
      return traceRequests(app, tracer)
    },
    continueTraces: (messages, name, options, work) => continueTraces(messages, tracer, name, options, work),
    async stop() {
      stopFetch()
      metrics.stop()
      await tracer?.stop()
    },
  }
}
