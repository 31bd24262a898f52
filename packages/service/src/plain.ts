// What services without a database need, and nothing that loads a database's code.
export { type Config, readConfig, secret, type Variables, wholeNumberVariable } from './config/config.ts'
export { serverVariables } from './config/server-config.ts'
export type { App } from './http/app.ts'
export { idField, numberField, textField } from './http/fields.ts'
export type { Health } from './http/health.ts'
export { idempotencyHeaders } from './http/idempotency-headers.ts'
export {
  conflict,
  type FieldProblem,
  invalid,
  notFound,
  Problem,
  problemDocument,
  problemSchema,
  unavailable,
} from './http/problem.ts'
export type { ServerCertificate } from './http/server.ts'
export type { CommonContext, Host, RunningService, Work } from './life.ts'
export { runPlainService } from './run-plain.ts'
export { type PlainService, startPlainService } from './start-plain.ts'
export { inSpan, startSpan, traceHeaders } from './telemetry/active.ts'
export { tracedAws } from './telemetry/aws-spans.ts'
export type { Metrics } from './telemetry/metrics.ts'
export type { Telemetry } from './telemetry/telemetry.ts'
