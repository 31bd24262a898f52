/** Whether an image is one that the stand-in takes the place of. @param uri  with or without tag and digest */
export const isCollector = (uri: string): boolean =>
  /^(public\.ecr\.aws\/aws-observability\/aws-otel-collector|(docker\.io\/|ghcr\.io\/)?(otel|open-telemetry\/opentelemetry-collector-releases)\/opentelemetry-collector-contrib|amazon\/aws-otel-collector)([:@]|$)/.test(
    uri,
  )

/** What runs in its place. */
export const COLLECTOR_PROGRAM = new URL('./program.ts', import.meta.url).pathname
