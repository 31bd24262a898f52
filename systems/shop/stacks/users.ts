import type { LinuxUsers } from '@terrace/constructs'

/**
 * Who works on an instance, and what each may do as root. They have neither password nor key: Session Manager lets them
 * in (*Run As*), and each session is in CloudTrail.
 *
 * @param processes  what runs there in containers
 */
export const containerUsers = (...processes: readonly string[]): LinuxUsers =>
  table({
    look: ['/usr/bin/docker ps', ...processes.map(name => `/usr/bin/docker logs --tail=200 ${name}`)],
    keepRunning: processes.flatMap(name => [
      `/usr/bin/docker start ${name}`,
      `/usr/bin/docker stop ${name}`,
      `/usr/bin/docker restart ${name}`,
    ]),
  })

/** The same where NGINX runs. */
export const nginxUsers: LinuxUsers = table({
  look: [
    '/usr/bin/systemctl status --no-pager nginx',
    '/usr/bin/tail -n 200 /var/log/nginx/access.log',
    '/usr/bin/tail -n 200 /var/log/nginx/error.log',
  ],
  keepRunning: ['start', 'stop', 'reload', 'restart'].map(verb => `/usr/bin/systemctl ${verb} nginx`),
})

interface Duties {
  readonly look: readonly string[]
  readonly keepRunning: readonly string[]
}

function table({ look, keepRunning }: Duties): LinuxUsers {
  return {
    deploy: {
      purpose: 'fetches and starts again what the stack describes, as a new instance would',
      commands: [...look, '/usr/bin/cloud-init single --name scripts-user --frequency always'],
    },
    operate: { purpose: 'starts and stops what runs', commands: [...look, ...keepRunning] },
    'read-only': { purpose: 'looks, and changes nothing', commands: look },
  }
}
