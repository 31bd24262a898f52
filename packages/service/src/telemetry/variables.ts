import * as z from 'zod'

/** The variables by which a process is told whom to tell about itself. @see OpenTelemetry, "Environment Variable Specification" */
export const telemetryVariables = {
  /** Where the collector takes OTLP by HTTP, such as `http://127.0.0.1:4318`; without it no spans are made. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'expected a URL such as http://127.0.0.1:4318' })
    .optional(),
  /** 0…1: the share of the traces that begin here and are recorded. */
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .default('0.1')
    .refine(text => /^\d*\.?\d+$/.test(text) && Number(text) <= 1, 'expected a number from 0 to 1')
    .transform(Number),
  /** What the service is called in traces and metrics; by default after its title. */
  OTEL_SERVICE_NAME: z.string().max(200).optional(),
  /** CloudWatch namespace; without it no metrics are written. */
  METRICS_NAMESPACE: z
    .string()
    .regex(/^[\w./#:-]{1,255}$/, 'expected at most 255 of A-Z a-z 0-9 . - _ / # :')
    .optional(),
  /** `dev`, `prod`: a dimension of the metrics. */
  ENVIRONMENT: z.string().max(100).default('default'),
}
