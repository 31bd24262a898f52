import { describe, expect, it } from 'vitest'
import { isInstalled } from '../commands.ts'
import { call } from '../http.ts'
import { deniedIn, openSessions, sortedOut, type Unused, unusedIn, WHY } from '../permissions.ts'
import { type LibraryVariant, startLibrary } from './running.ts'

const FLOW_LOG = {
  NetworkVpcFlowIAMRole: { [WHY.flowLog]: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'] },
}
const APP = {
  AppInstanceRole: {
    [WHY.logDriver]: ['logs:PutLogEvents'],
    [WHY.pull]: ['ecr:BatchCheckLayerAvailability'],
    [WHY.secret]: ['secretsmanager:DescribeSecret'],
    [WHY.signal]: ['cloudformation:SignalResource'],
  },
}

describe('what the roles of the library may do', () => {
  const isNarrow = async (variant: LibraryVariant, unused: Unused) => {
    await using library = await startLibrary({ variant })
    for (const page of [`${library.site}/`, `${library.site.replace('://', '://app.')}/users/`]) {
      expect((await call(page)).status).toBe(200)
    }
    await openSessions(library)
    await expect.poll(() => unusedIn(library)).toEqual(sortedOut(unused))
    expect(deniedIn(library)).toEqual([])
  }

  it('is enough, and no more than what they do, but for what happens on AWS alone', () =>
    isNarrow('cdn', { ...FLOW_LOG, ...APP }))

  it.skipIf(!isInstalled('nginx'))('is so with NGINX in front as well (needs NGINX)', () =>
    isNarrow('web-tier', {
      ...FLOW_LOG,
      ...APP,
      WebInstanceRole: {
        [WHY.nginxLog]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        [WHY.signal]: ['cloudformation:SignalResource'],
      },
    }),
  )
})
