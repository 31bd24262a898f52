/**
 * The part of the user data that gets a certificate of Let's Encrypt before NGINX starts, and keeps it: certbot asks twice
 * a day whether it is time, and NGINX reads the new one.
 *
 * The name is proved by a DNS record and not by a file: with several instances behind one name the question for the file
 * may reach another one than the one that asked. Amazon Linux has no package of certbot; its makers name pip for that.
 *
 * @see certbot.eff.org "Certbot instructions", certbot-dns-route53.readthedocs.io
 */
export const certbotScript = (domainName: string): string => `until dnf install -y -q python3.11; do sleep 5; done
python3.11 -m venv /opt/certbot
until /opt/certbot/bin/pip install -q 'certbot==4.*' 'certbot-dns-route53==4.*'; do sleep 5; done
for attempt in 1 2 3 4 5 6; do
  if /opt/certbot/bin/certbot certonly -n --agree-tos --register-unsafely-without-email --dns-route53 -d ${domainName} \\
    --deploy-hook 'systemctl try-reload-or-restart nginx'; then break; fi
  sleep $((attempt * 20))
done
cat > /etc/systemd/system/certbot-renew.service <<'UNIT'
[Service]
Type=oneshot
ExecStart=/opt/certbot/bin/certbot renew -q
UNIT
cat > /etc/systemd/system/certbot-renew.timer <<'UNIT'
[Timer]
OnCalendar=00/12:00
RandomizedDelaySec=6h
Persistent=true
[Install]
WantedBy=timers.target
UNIT
systemctl daemon-reload
systemctl enable --now certbot-renew.timer
`
