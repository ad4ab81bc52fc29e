// Reads {site, stories: [{title, body, date}]} and writes a feed as node-rss makes
// it of stories that have no address, which makes the title the guid.
const RSS = require('rss');
const { site, stories } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const feed = new RSS({ title: 'Gazette', site_url: site + '/', feed_url: site + '/feed.xml' });
for (const s of stories) feed.item({ title: s.title, description: s.body, date: s.date });
process.stdout.write(feed.xml());
