"""The network itself: members, communities, contents and the rules between them. It knows no chat tool and no chart."""
