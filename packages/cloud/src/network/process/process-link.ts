// Loaded into workloads: imports nothing outside this folder.
import type { Socket } from 'node:net'
import { LiveView } from './live-view.ts'
import { type FromProcess, LINK_PROTOCOL, type ToProcess, type ViewDiff } from './view.ts'

/** The process's end of its link: the rules as they are now, and the way to tell what happens. */
export interface ProcessLink {
  /** Resolves with the rules once there are any. */
  readonly first: Promise<LiveView>
  /** The rules as they are now; nothing before the first ones have come. */
  current(): LiveView | undefined
  report(message: FromProcess): void
  close(): void
}

/** What the link tells of. */
export interface LinkEvents {
  /** Rules have changed: those of the addresses, or of all. */
  changed(view: LiveView, addresses: readonly string[] | 'all'): void
  /** Connections are to end with a reset. */
  cut(addresses: readonly string[] | 'all'): void
}

/**
 * Opens the link. When it closes, whoever gave the rules is gone, and nothing is allowed any more.
 * @param pid  absent for those that aren't processes of the workload
 */
export function openProcessLink(socket: Socket, events: LinkEvents, pid?: number): ProcessLink {
  let view: LiveView | undefined
  let text = ''
  const { promise: first, resolve } = Promise.withResolvers<LiveView>()
  const take = (message: ToProcess) => {
    if ('cut' in message) return events.cut(message.cut)
    if ('view' in message) {
      if (message.protocol !== LINK_PROTOCOL) return
      view = new LiveView(message.view)
      resolve(view)
      return events.changed(view, 'all')
    }
    if (!view) return
    view.apply(message)
    const touched = touchedBy(message)
    if (touched.length > 0) events.changed(view, touched)
  }
  const close = () => {
    view = new LiveView({
      version: Number.MAX_SAFE_INTEGER,
      own: { address: '' },
      reach: [],
      doors: {},
      blackholed: true,
    })
    events.changed(view, 'all')
  }
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) take(JSON.parse(line) as ToProcess)
  })
  socket.on('error', () => {})
  socket.on('close', close)
  const report = (message: FromProcess) => void (socket.writable && socket.write(`${JSON.stringify(message)}\n`))
  report({ protocol: LINK_PROTOCOL, ...(pid === undefined ? {} : { pid }) })
  return { first, current: () => view, report, close: () => socket.destroy() }
}

function touchedBy({ reach, gone, blackholed }: ViewDiff): readonly string[] | 'all' {
  if (blackholed !== undefined) return 'all'
  return [...(reach ?? []).map(({ address }) => address), ...(gone ?? [])]
}
