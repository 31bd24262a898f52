/** What a call of the page is, for whoever traces it. */
export interface CallTrace {
  /** To be sent with the call, so that the server goes on with the trace. */
  readonly headers: Readonly<Record<string, string>>
  /** @param status  of the answer; undefined when there was none */
  end(status: number | undefined): void
}

/** The trace of one load of a page. */
export interface PageTraces {
  /** A call to the API begins; undefined when it is none of this page's own origin. */
  call(method: string, url: string): CallTrace | undefined
}

/** A finished span; times in milliseconds since 1970. */
export interface PageSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  /** Absent for the page itself. */
  readonly parentId?: string
  readonly kind: 'page' | 'call'
  readonly start: number
  readonly end: number
  readonly attributes: Readonly<Record<string, string | number>>
  readonly failed: boolean
}

/** Takes finished spans and sends them, some at once. */
export type SendSpan = (span: PageSpan) => void

export interface PageTracesOptions {
  /** What the page is called in traces, such as `items-page`. */
  readonly service: string
  /** 0…1: the share of page loads that are recorded. Default: `<meta name="trace-sampling" content="0.1">`, else none. */
  readonly share?: number
  /** Where spans are sent; on the page's own origin. */
  readonly path?: string
}

/** Spans that wait until what sends them is loaded. */
const MOST_WAITING = 100
/** After the first answer, so that what the page shows first has the network and the processor for itself, milliseconds. */
const LOAD_AFTER = 2_000

/**
 * Gives this load of the page a trace, when one is wanted at all. What sends spans (OpenTelemetry's SDK) is loaded well
 * after the first answer, and only for the share of page loads that are recorded; until then spans wait.
 *
 * @returns undefined when nobody wants traces: then calls carry nothing, and servers begin traces of their own
 */
export function tracePage({
  service,
  share = shareOfPage(),
  path = '/telemetry/v1/traces',
}: PageTracesOptions): PageTraces | undefined {
  if (!(share > 0)) return undefined
  const isRecorded = Math.random() < share
  const traceId = randomHex(16)
  const pageId = randomHex(8)
  const waiting: PageSpan[] = []
  let send: SendSpan = span => {
    if (waiting.length < MOST_WAITING) waiting.push(span)
  }
  let isLoading = false
  const load = async () => {
    const { spanSender } = await import('./span-sender.ts')
    send = spanSender(service, new URL(path, location.href).href)
    for (const span of waiting.splice(0)) send(span)
    send(pageSpan(traceId, pageId))
  }
  const loadLater = () => {
    if (isLoading) return
    isLoading = true
    // A page whose spans can't be sent is still a page.
    setTimeout(() => load().catch(() => {}), LOAD_AFTER)
  }

  return {
    call(method, url) {
      const target = new URL(url, location.href)
      if (target.origin !== location.origin) return undefined
      const spanId = randomHex(8)
      const start = now()
      return {
        headers: { traceparent: `00-${traceId}-${spanId}-${isRecorded ? '01' : '00'}` },
        end(status) {
          if (!isRecorded) return
          const attributes = {
            'http.request.method': method,
            'url.path': target.pathname,
            'server.address': target.hostname,
            ...(status === undefined ? {} : { 'http.response.status_code': status }),
          }
          const failed = status === undefined || status >= 400
          send({ name: method, traceId, spanId, parentId: pageId, kind: 'call', start, end: now(), attributes, failed })
          loadLater()
        },
      }
    },
  }
}

const now = (): number => performance.timeOrigin + performance.now()

function shareOfPage(): number {
  const content = document.querySelector<HTMLMetaElement>('meta[name="trace-sampling"]')?.content
  return Number(content ?? 0)
}

function randomHex(bytes: number): string {
  const values = crypto.getRandomValues(new Uint8Array(bytes))
  // Never all zero, which would mean that there is none.
  values[0] = (values[0] ?? 0) | 1
  return Array.from(values, value => value.toString(16).padStart(2, '0')).join('')
}

/** The page itself: from the click to the end of its loading. */
function pageSpan(traceId: string, spanId: string): PageSpan {
  const start = performance.timeOrigin
  const [timing] = performance.getEntriesByType('navigation')
  const ended = timing instanceof PerformanceNavigationTiming ? timing.loadEventEnd || timing.domComplete : 0
  const shown = performance.getEntriesByName('first-contentful-paint')[0]?.startTime
  return {
    name: 'page load',
    traceId,
    spanId,
    kind: 'page',
    start,
    end: ended > 0 ? start + ended : now(),
    attributes: {
      'url.path': location.pathname,
      'user_agent.original': navigator.userAgent,
      ...(shown === undefined ? {} : { 'terrace.first_contentful_paint_ms': Math.round(shown) }),
    },
    failed: false,
  }
}
