import type { Service } from '../service.ts'
import { LONGEST_CALL } from './limits.ts'
import { operations, REFUSED } from './operations/index.ts'
import { openSes } from './ses.ts'

/** Mails, and the inbox that keeps them. */
export const ses: Service = {
  name: 'ses',
  emulates: ['emailIdentity', 'emailTemplate', 'configurationSet'],
  async start(world) {
    const opened = openSes(world)
    world.ports.provide('mail', { inbox: opened.inbox, faults: opened.faults })
    return {
      api: {
        signingName: 'ses',
        hostNames: ['email'],
        protocols: [
          { kind: 'rest-json' },
          { kind: 'query', version: '2010-12-01', namespace: 'http://ses.amazonaws.com/doc/2010-12-01/' },
        ],
        operations: operations(opened),
        refused: REFUSED,
        longestBody: LONGEST_CALL,
      },
      async stop() {},
    }
  },
}
