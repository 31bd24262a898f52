export { type Config, readConfig, secret, type Variables, wholeNumberVariable } from './config/config.ts'
export {
  type DatabaseConfig,
  type DatabaseDefaults,
  databaseConfig,
  databaseVariables,
} from './config/database-config.ts'
export { serverVariables } from './config/server-config.ts'
export { addColumnIfMissing } from './database/column-if-missing.ts'
export { type ConnectOptions, connect, type Database } from './database/connect.ts'
export type { Dialect } from './database/dialect.ts'
export { createIndexIfMissing } from './database/index-if-missing.ts'
export { type Migration, migrate } from './database/migrate.ts'
export { inTransaction, type TransactionOptions } from './database/transaction.ts'
export type { App } from './http/app.ts'
export { booleanField, idField, numberField, textField } from './http/fields.ts'
export { acceptForms } from './http/forms.ts'
export { idempotencyHeaders } from './http/idempotency-headers.ts'
export { MAX_PAGE, type Page, pagingFields, sendPage } from './http/paging.ts'
export { conflict, type FieldProblem, invalid, notFound, Problem, unavailable } from './http/problem.ts'
export {
  type Answer,
  forgetOldKeys,
  type IdempotencyTable,
  idempotencyMigration,
  write,
} from './idempotency.ts'
export type { CommonContext, CommonService, Host, RunningService, Work } from './life.ts'
export { runService } from './run.ts'
export { addSessions, type SessionOptions } from './sessions/add-sessions.ts'
export { SESSION_COOKIE } from './sessions/cookie.ts'
export type { CsrfRule } from './sessions/csrf.ts'
export { sessionSecretVariable } from './sessions/secret-variable.ts'
export type { Session } from './sessions/session.ts'
export { type Service, type ServiceContext, startService } from './start.ts'
export { type Active, activeTrace, inSpan, traceHeaders, withinOneOf } from './telemetry/active.ts'
export { tracedAws } from './telemetry/aws-spans.ts'
export type { MessagePlace } from './telemetry/message-traces.ts'
export type { Metrics } from './telemetry/metrics.ts'
export type { Telemetry } from './telemetry/telemetry.ts'
export { amazonTraceHeaderOf } from './telemetry/trace-context.ts'
