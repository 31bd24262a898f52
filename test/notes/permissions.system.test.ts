import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInstalled } from '../commands.ts'
import { call } from '../http.ts'
import { deniedIn, openSessions, sortedOut, unusedIn, WHY } from '../permissions.ts'
import type { Running } from '../running.ts'
import { startNotes } from './running.ts'

const CAN_RUN = isInstalled('mariadbd') && isInstalled('nginx')

describe.skipIf(!CAN_RUN)('what the roles of the notes may do (needs MariaDB and NGINX)', () => {
  let notes: Running
  beforeAll(async () => {
    notes = await startNotes()
  })
  afterAll(() => notes?.stop())

  it('is enough, and no more than what they do, but for what happens on AWS alone', async () => {
    const { status } = await call(`${notes.site}/api/notes`, { method: 'POST', body: { title: 'Tides' } })
    expect(status).toBe(201)
    await openSessions(notes)
    await expect
      .poll(() => unusedIn(notes))
      .toEqual(
        sortedOut({
          NetworkVpcFlowIAMRole: {
            [WHY.flowLog]: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
          },
          AppTasksExecutionRole: {
            [WHY.logDriver]: ['logs:PutLogEvents'],
            [WHY.pull]: ['ecr:BatchCheckLayerAvailability'],
            [WHY.secret]: ['secretsmanager:DescribeSecret'],
          },
          FrontInstanceRole: {
            [WHY.nginxLog]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            [WHY.certbot]: ['route53:ChangeResourceRecordSets', 'route53:GetChange', 'route53:ListHostedZones'],
          },
          BastionInstanceRole: { [WHY.nothingRuns]: ['logs:CreateLogStream', 'logs:PutLogEvents'] },
        }),
      )
    expect(deniedIn(notes)).toEqual([])
  })
})
