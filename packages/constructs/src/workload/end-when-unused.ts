import type { Duration } from 'aws-cdk-lib'

/**
 * The part of the user data that shuts the instance down when nobody has used it for a while: every minute it looks for
 * sessions of Session Manager, which has a process for each, and for people who came by SSH.
 *
 * @param limit  whole minutes, at least one
 * @throws when it is no whole number of minutes
 */
export function endWhenUnusedScript(limit: Duration): string {
  const minutes = limit.toMinutes({ integral: false })
  if (!Number.isInteger(minutes) || minutes < 1) {
    throw new Error(`an instance cannot end after ${limit.toHumanString()} without use; give whole minutes`)
  }
  return `cat > /usr/local/sbin/terrace-unused <<'UNUSED'
#!/bin/bash
used=/run/terrace-used
if [ ! -e "$used" ] || pgrep -f ssm-session-worker >/dev/null || [ -n "$(who)" ]; then touch "$used"; fi
if [ $(($(date +%s) - $(stat -c %Y "$used"))) -ge "$1" ]; then shutdown -h now; fi
UNUSED
chmod 755 /usr/local/sbin/terrace-unused
cat > /etc/systemd/system/terrace-unused.service <<'UNIT'
[Service]
Type=oneshot
ExecStart=/usr/local/sbin/terrace-unused ${minutes * 60}
UNIT
cat > /etc/systemd/system/terrace-unused.timer <<'UNIT'
[Timer]
OnActiveSec=60
OnUnitActiveSec=60
[Install]
WantedBy=timers.target
UNIT
systemctl daemon-reload
systemctl enable --now terrace-unused.timer
`
}
