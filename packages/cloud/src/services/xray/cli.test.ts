import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliEnvironment, cliIsHere } from '../../gateway/testing-cli.ts'
import { segment, startXRay, traceId, type XRayCloud } from './testing.ts'

const run = promisify(execFile)

describe.skipIf(!cliIsHere)(
  `X-Ray by the AWS CLI${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`,
  () => {
    let cloud: XRayCloud
    let home: string

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'terrace-cli-'))
      cloud = await startXRay()
    })

    afterAll(async () => {
      await cloud.stop()
      rmSync(home, { recursive: true, force: true })
    })

    const aws = async (...args: readonly string[]) => {
      const { stdout } = await run('aws', ['--endpoint-url', cloud.gateway.url, 'xray', ...args], {
        env: cliEnvironment(home),
      })
      return stdout === '' ? undefined : JSON.parse(stdout)
    }

    it('puts a segment, finds its trace, reads it, and samples more of it from then on', async () => {
      const put = await aws('put-trace-segments', '--trace-segment-documents', segment(1, { fault: true }), '{')
      expect(put.UnprocessedTraceSegments).toMatchObject([{ ErrorCode: 'ParseError' }])
      const now = Math.floor(Date.now() / 1000)
      const range = ['--start-time', String(now - 60), '--end-time', String(now + 60)]
      const found = await aws('get-trace-summaries', ...range, '--filter-expression', 'service("api") { fault }')
      expect(found.TraceSummaries).toMatchObject([{ Id: traceId(1), HasFault: true }])
      const { Traces } = await aws('batch-get-traces', '--trace-ids', traceId(1))
      expect(JSON.parse(Traces[0].Segments[0].Document)).toMatchObject({ name: 'api', fault: true })
      const { Services } = await aws('get-service-graph', ...range)
      expect(Services.map((service: { Name: string }) => service.Name)).toEqual(['api', 'api'])
      await aws('update-sampling-rule', '--sampling-rule-update', '{"RuleName":"Default","FixedRate":1}')
      const { SamplingRuleRecords } = await aws('get-sampling-rules')
      expect(SamplingRuleRecords).toMatchObject([{ SamplingRule: { RuleName: 'Default', FixedRate: 1 } }])
    }, 60_000)
  },
)
