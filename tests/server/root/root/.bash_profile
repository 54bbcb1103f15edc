if [ -e /var/lib/dmafp/campaign/campaign.json ]; then
	dmafp campaign status
else
	cat /etc/motd
fi
