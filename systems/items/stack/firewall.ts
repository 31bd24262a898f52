import { WebFirewall } from '@terrace/constructs'
import type { Construct } from 'constructs'
import type { Frontend } from './frontend.ts'
import type { SystemNames } from './names.ts'

/**
 * The web ACL before the public balancer. What it blocks is in the log group `aws-waf-logs-<stack>`, without cookies and
 * without what proves who somebody is.
 *
 * The API refuses bodies that are too long itself, and descriptions may be longer than the 8 KB that the common rules
 * allow: that rule only counts.
 *
 * @param requestsPerAddress  of one address in five minutes
 */
export function firewall(
  scope: Construct,
  frontend: Frontend,
  names: SystemNames,
  requestsPerAddress: number,
): WebFirewall {
  const made = new WebFirewall(scope, 'Firewall', {
    scope: 'regional',
    requestsPerAddress,
    countOnly: ['SizeRestrictions_BODY'],
    log: { name: names.stack, redactedHeaders: ['authorization', 'cookie'] },
  })
  made.guard(frontend.balancer.balancer)
  return made
}
