
names=$(jq -r '.processes | keys_unsorted[]' "$document")
for name in $names; do
  fetch_files "$name"
  if [ -n "$(field "$name" nginx)" ]; then
    run_nginx "$name"
  else
    retry dnf install -y -q docker
    systemctl enable --now docker
    if [ -n "$(field "$name" postgres)" ]; then
      run_postgres "$name"
    elif is_helper "$name"; then
      run_image "$name" || echo "$name did not start; the others go on" >&2
    else
      run_image "$name"
    fi
  fi
done
for name in $names; do
  if [ -z "$(field "$name" postgres)" ] && ! is_helper "$name"; then wait_until_ready "$name"; fi
done
