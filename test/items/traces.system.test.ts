import type { ChildProcess } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Status, TraceSpan, TraceView } from '@terrace/control'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInstalled, startTerrace, terrace } from '../commands.ts'
import { call, freePorts } from '../http.ts'
import { created } from './calls.ts'
import { itemsAssembly } from './running.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PAGE = 'b7ad6b7169203331'
const CALL = '00f067aa0ba902b7'

describe.skipIf(!isInstalled('nginx'))(
  'what the items tell of themselves, by the commands of Terrace (needs NGINX)',
  () => {
    let project: string
    let site: string
    beforeAll(async () => {
      project = mkdtempSync(join(tmpdir(), 'terrace-items-'))
      writeFileSync(join(project, 'package.json'), '{}')
      cpSync(await itemsAssembly(), join(project, 'items'), { recursive: true })
      const child = startTerrace(['up', 'items', '--json', '--port', String(await freePorts())], project)
      const { urls } = await readyLine(child)
      site = urls.web ?? ''
    })
    afterAll(async () => {
      await terrace(['down', 'items'], project)
      rmSync(project, { recursive: true, force: true })
    })

    it('I-15: one trace leads from the page over NGINX and the API to the table, and log lines carry its id', async () => {
      await created({ site }, 'Traced')
      const headers = { traceparent: `00-${TRACE}-${CALL}-01` }
      expect((await call(`${site}/api/v1/items?q=traced`, { headers })).status).toBe(200)
      const sendSpans = async () =>
        (await call(`${site}/telemetry/v1/traces`, { method: 'POST', body: pageSpans() })).status
      // The collector of an instance is started last.
      await expect.poll(sendSpans).toBe(200)

      const find = async () => {
        const { code, out } = await terrace(
          ['traces', 'items', `1-${TRACE.slice(0, 8)}-${TRACE.slice(8)}`, '--json'],
          project,
        )
        return code === 0 ? (JSON.parse(out) as TraceView) : undefined
      }
      await expect.poll(async () => (await find())?.spans, { interval: 500 }).toBe(5)
      const trace = await find()
      expect(trace?.tree.flatMap(span => namesIn(span))).toEqual([
        'items-page',
        '  GET',
        '    cloud-native-demo-dev-frontend',
        '      cloud-native-demo-dev-api',
        '        DynamoDB',
      ])
      expect(trace?.services.some(service => service.includes('ItemsTable'))).toBe(true)
      const { out: listed } = await terrace(['traces', 'items'], project)
      expect(listed).toContain(`1-${TRACE.slice(0, 8)}-${TRACE.slice(8)}`)

      const { out: log } = await terrace(['logs', 'items', '--kind', 'application'], project)
      const lines = log.split('\n').filter(line => line.includes(`"traceId":"${TRACE}"`))
      expect(lines.some(line => line.includes('"path":"/api/v1/items?q=traced"') && line.includes('"upstream"'))).toBe(
        true,
      )
      expect(lines.some(line => line.includes('"requestId"') && line.includes('"durationMs"'))).toBe(true)
    })

    it('I-12: the status has the dashboard of each tier as a link', async () => {
      const { out } = await terrace(['status', 'items', '--json'], project)
      const { ready, dashboards = [] } = JSON.parse(out) as Status
      expect(ready).toBe(true)
      expect(dashboards.map(({ name }) => name)).toEqual(
        ['api', 'frontend', 'table'].map(tier => `cloud-native-demo-dev-${tier}`),
      )
      const shown = await terrace(['status', 'items'], project)
      for (const { url } of dashboards) expect(shown.out).toContain(url)
    })
  },
)

/** A span and those within it, each further to the right. */
const namesIn = ({ name, spans }: TraceSpan, depth = 0): readonly string[] => [
  '  '.repeat(depth) + name,
  ...spans.flatMap(inside => namesIn(inside, depth + 1)),
]

/** What a browser sends of a page and of one call of it. */
function pageSpans(): object {
  const end = Date.now()
  const span = (spanId: string, name: string, kind: number, more: object) => ({
    traceId: TRACE,
    spanId,
    name,
    kind,
    startTimeUnixNano: `${end - 500}000000`,
    endTimeUnixNano: `${end}000000`,
    ...more,
  })
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'items-page' } }] },
        scopeSpans: [{ spans: [span(PAGE, 'page load', 1, {}), span(CALL, 'GET', 3, { parentSpanId: PAGE })] }],
      },
    ],
  }
}

function readyLine(child: ChildProcess): Promise<{ readonly urls: Readonly<Record<string, string>> }> {
  return new Promise((resolve, reject) => {
    if (child.stdout) createInterface(child.stdout).once('line', line => resolve(JSON.parse(line)))
    child.once('exit', code => reject(new Error(`terrace up ended with ${code}`)))
  })
}
