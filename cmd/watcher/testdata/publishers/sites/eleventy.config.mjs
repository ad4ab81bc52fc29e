// A site with the feed that eleventy-plugin-rss writes.
import rss from '@11ty/eleventy-plugin-rss';

export default function (config) {
	config.addPlugin(rss.feedPlugin, {
		type: 'rss',
		outputPath: '/feed.xml',
		collection: { name: 'posts', limit: 20 },
		metadata: { language: 'en', title: 'Gazette', base: process.env.SITE + '/', author: { name: 'Desk' } },
	});
}
