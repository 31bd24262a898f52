
# A volume that was never used gets a file system; mkfs itself refuses one that has any. Amazon Linux names a volume as
# it was attached, whatever the driver calls it.
mount_volume() {
  local second
  for ((second = 0; second < 600; second += 5)); do
    if [ -e "$1" ]; then break; fi
    sleep 5
  done
  mkdir -p "$2"
  if mountpoint -q "$2"; then return 0; fi
  blkid -p "$1" >/dev/null || mkfs.xfs -q "$1"
  grep -q " $2 xfs " /etc/fstab || echo "$1 $2 xfs defaults,nofail 0 2" >>/etc/fstab
  mount "$2"
}
