import type { RunningService, Service } from '../service.ts'
import { Publisher } from './publisher.ts'
import { RecordLog } from './record-log.ts'
import { Firewalls } from './state.ts'
import { makeTemplateFirewalls } from './template.ts'
import { Traffic } from './traffic.ts'
import { firewallUpdates } from './updates.ts'

/** AWS WAF: web ACLs before balancers and distributions. What decides on requests is in the data plane. */
export const wafv2: Service = {
  name: 'wafv2',
  emulates: ['webAcl', 'firewallRuleGroup', 'ipSet', 'regexPatternSet', 'webAclAssociation', 'firewallLogging'],
  async start(world): Promise<RunningService> {
    const dataPlane = await world.ports.need('dataPlane')
    const firewalls = new Firewalls(world)
    makeTemplateFirewalls(world, firewalls)
    const publisher = new Publisher(world, firewalls, dataPlane)
    firewalls.onChange = () => publisher.update()
    publisher.update()
    const log = new RecordLog(world, firewalls)
    const traffic = new Traffic(world, firewalls, log)
    const stopReceiving = dataPlane.onFirewall(({ report }) => traffic.receive(report))
    const { operations } = await import('./operations/index.ts')
    return {
      api: {
        signingName: 'wafv2',
        protocol: { kind: 'json', version: '1.1', target: 'AWSWAF_20190729' },
        operations: operations({ world, firewalls, traffic }),
        invalidInput: 'WAFInvalidParameterException',
        refused: REFUSED,
      },
      updates: firewallUpdates(world, firewalls),
      async stop() {
        stopReceiving()
        await log.stop()
      },
    }
  },
}

/** What is refused for a reason. */
const REFUSED: Readonly<Record<string, string>> = {
  CreateAPIKey: 'nobody is asked to solve anything here',
  GetDecryptedAPIKey: 'nobody is asked to solve anything here',
  PutPermissionPolicy: 'there is one account here',
  PutManagedRuleSetVersions: 'nothing is sold here',
  DeleteFirewallManagerRuleGroups: 'there is no Firewall Manager here',
}
